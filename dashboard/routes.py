"""What the browser fetches besides the page: new points of a run, pictures, Plotly's own code.

These routes bypass Streamlit's session. A run's address is a random token that belongs to that run
alone; a picture's holds the dataset's digest, so it never changes and may be cached.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import lru_cache
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import services
from dashboard.addresses import PLOTLY
from dashboard.figures import figures
from dashboard.gallery import png
from dashboard.plane_routes import PLANE_ROUTES
from dashboard.run import Run
from dashboard.run_status import preview_text
from dashboard.what_if_words import answer
from engine.errors import EngineError

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}

# How long an answer is held, by the state that the browser knows: 12 pictures a second of a run that
# goes on; of another the news, as soon as there is any.
HELD_SECONDS = {"running": 0.075, "queued": 0.4, "paused": 0.4}
LOOK_SECONDS = 0.005
SUCCESSOR_SECONDS = 1.0  # a touched widget that begins no run by then begins none
FIRST_POINTS_SECONDS = 0.15  # to draw a chart without a curve takes as long as with one
PREVIEW_SECONDS = 0.08  # of computing: enough for a curve, and for five and more of them a second
MOST_AHEAD = 2  # of one slider, a notch down and one up
MOST_TURNS = 100  # of sliders, each up and down
PREVIEW_PATIENCE = 1.0  # seconds it may wait for a core


async def run_points(request: Request) -> Response:
    """The run's state and what is new since the number the browser has; asking keeps it alive.

    The answer to a browser that has something to show already, and tells in which `state` it knows
    the run, is held back for a moment. It comes at once when the state is another one, so neither a
    run's beginning nor its end is waited for, nor a step of one that is paused.
    """
    pool = services.pool()
    token = request.path_params["token"]
    run = pool.find(token)
    if run is None:
        return JSONResponse({"state": "gone"}, status_code=404)
    pool.renew(token)
    since = int(request.path_params["since"])
    known, at = request.query_params.get("state"), run.iteration
    deadline = time.monotonic() + HELD_SECONDS.get(known or "", 0.0)
    while run.state == known and time.monotonic() < deadline:
        if known == "paused" and (run.iteration != at or run.has_news(since)):
            break
        await asyncio.sleep(LOOK_SECONDS)
    news = run.points_since(since)
    if dataset := services.dataset_with_digest(run.dataset_digest):
        news["figures"] = figures(run, dataset)
    return JSONResponse(news, headers={"Cache-Control": "no-store"})


async def successor(request: Request) -> Response:
    """The run that takes the place of the one at `token`, with its points, as soon as it is begun.

    For a chart whose page is just being drawn anew: the curve need not wait for all the rest. Has
    no content where none comes. ghost: whether the one before stays in sight behind it.
    """
    run = services.pool().find(request.path_params["token"])
    deadline = time.monotonic() + SUCCESSOR_SECONDS
    while run and not run.successor and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
    if run is None or (following := newest(run)) is run:
        return Response(status_code=204)
    deadline = time.monotonic() + FIRST_POINTS_SECONDS
    while not (following.over or following.latest) and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
        following = newest(following)
    news = following.points_since(0) | {"ghost": run.compared}
    return JSONResponse(news, headers={"Cache-Control": "no-store"})


def newest(run: Run) -> Run:
    """What stands in the place of `run` now, as far as it is still known."""
    while following := services.pool().find(run.successor):
        run = following
    return run


async def preview(request: Request) -> Response:
    """The first stretch of the run at `token` with other settings, as its address would name them.

    For a slider under way: the session's newest one counts, and nothing computes on when the
    answer is given.
    """
    pool = services.pool()
    run = pool.find(request.path_params["token"])
    if run is None:
        return JSONResponse({"state": "gone"}, status_code=404)
    try:
        hyperparameters = run.hyperparameters.with_text(request.url.query)
    except EngineError as error:
        return JSONResponse({"message": str(error)}, status_code=400)
    pool.renew(run.token)
    begun = pool.preview(run, hyperparameters)
    try:
        deadline = time.monotonic() + PREVIEW_PATIENCE
        while not (begun.over or (begun.iteration and begun.seconds >= PREVIEW_SECONDS)):
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        pool.stop(begun)
    news = begun.points_since(0) | {"label": preview_text(begun)}
    return JSONResponse(news, headers={"Cache-Control": "no-store"})


async def ahead(request: Request) -> Response:
    """The hand comes near a slider: each `turn` of it, a change as in an address, may be next."""
    pool = services.pool()
    run = pool.find(request.path_params["token"])
    if run is None:
        return JSONResponse({"state": "gone"}, status_code=404)
    following = []
    for turn in request.query_params.getlist("turn")[:MOST_AHEAD]:
        with contextlib.suppress(EngineError):
            following.append(run.hyperparameters.with_text(turn))
    if following:
        pool.train_ahead(run, following)
    return Response(status_code=204)


async def what_if(request: Request) -> Response:
    """What the run at `token` would have come to with each `turn`, a change as in an address.

    answers: of those known; waiting: how many more there will be for whoever asks again.
    """
    pool = services.pool()
    run = pool.find(request.path_params["token"])
    dataset = services.dataset_with_digest(run.dataset_digest) if run else None
    if run is None or dataset is None:
        return JSONResponse({"state": "gone"}, status_code=404)
    pool.renew(run.token)
    wanted = {}
    for turn in request.query_params.getlist("turn")[:MOST_TURNS]:
        with contextlib.suppress(EngineError):
            wanted[turn] = run.hyperparameters.with_text(turn)
    outcomes = dict(zip(wanted, pool.what_if(run, list(wanted.values())), strict=True))
    answers = {turn: answer(outcome, run, dataset) for turn, outcome in outcomes.items() if outcome}
    news = {"answers": answers, "waiting": len(wanted) - len(answers)}
    return JSONResponse(news, headers={"Cache-Control": "no-store"})


def picture(request: Request) -> Response:
    found = request.path_params
    try:
        data = known_png(found["digest"], found["part"], found["index"])
    except LookupError:
        return Response(status_code=404)
    return Response(data, media_type="image/png", headers=FOREVER)


# By the digest, as the dataset itself would be kept with it.
@lru_cache(maxsize=2048)
def known_png(digest: str, part: str, index: int) -> bytes:
    """Raises `LookupError`, which is not kept: a dataset not yet loaded may come."""
    dataset = services.dataset_with_digest(digest)
    if dataset is None or part not in ("train", "test"):
        raise LookupError("no such picture")
    return png((dataset.train_pictures if part == "train" else dataset.test_pictures)[index])


def plotly_bundle(request: Request) -> Response:
    """Plotly's bundle from the installed package, its version in the address."""
    file = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return FileResponse(file, media_type="text/javascript", headers=FOREVER)


ROUTES = [
    Route("/hyperdial/runs/{token:str}/{since:int}", run_points),
    Route("/hyperdial/runs/{token:str}/successor", successor),
    *PLANE_ROUTES,
    Route("/hyperdial/runs/{token:str}/preview", preview, methods=["POST"]),
    Route("/hyperdial/runs/{token:str}/ahead", ahead, methods=["POST"]),
    Route("/hyperdial/runs/{token:str}/what-if", what_if, methods=["POST"]),
    Route("/hyperdial/pictures/{digest:str}/{part:str}/{index:int}.png", picture),
    Route(f"/{PLOTLY}", plotly_bundle),
]

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)


class OwnHostOnly:
    """Tells the browser to load nothing from, and send nothing to, another host."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                message["headers"].append((b"content-security-policy", POLICY.encode()))
                message["headers"].append((b"referrer-policy", b"no-referrer"))
            await send(message)

        await self.app(scope, receive, with_policy if scope["type"] == "http" else send)
