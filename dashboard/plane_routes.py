"""What the browser fetches of a run on points: the points, and what its network makes of the plane.

As in routes.py, a run's address is a random token. Asking here does not keep a run alive; its points
do (routes.py).
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard import services
from dashboard.messages import Moment
from dashboard.plane import maps_json, points_json
from dashboard.run import Run
from engine.errors import EngineError
from engine.plane_maps import PlaneMaps
from engine.sources.planar import is_planar

KEPT = {"Cache-Control": "private, max-age=600, immutable"}  # a run is a pure function
NOT_KEPT = {"Cache-Control": "no-store"}
ANSWER_SECONDS = 10.0


def found(request: Request) -> Run | None:
    run = services.pool().find(request.path_params["token"])
    return run if run and is_planar(run.dataset_name) else None


def points(request: Request) -> Response:
    if (run := found(request)) is None:
        return Response(status_code=404)
    told = points_json(services.dataset(run.dataset_name), run.hyperparameters)
    return JSONResponse(told, headers=KEPT)


async def maps_now(request: Request) -> Response:
    """By the network as it is now, or where the run halted; no content as long as there is none."""
    if (run := found(request)) is None:
        return Response(status_code=404)
    maps = await survey(run, None)
    if maps is None and run.over:  # it came to its end meanwhile
        maps = await survey(run, None)
    return answer(run, maps, NOT_KEPT)


async def maps_at(request: Request) -> Response:
    """By the network of a kept iteration."""
    if (run := found(request)) is None:
        return Response(status_code=404)
    if (moment := run.moment_at(request.path_params["iteration"])) is None:
        return Response(status_code=404)
    return answer(run, await survey(run, moment), KEPT)


async def survey(run: Run, moment: Moment | None) -> PlaneMaps | None:
    future = asyncio.wrap_future(services.pool().ask.survey(run, moment))
    try:
        return await asyncio.wait_for(future, ANSWER_SECONDS)
    except (EngineError, TimeoutError):
        return None


def answer(run: Run, maps: PlaneMaps | None, headers: dict[str, str]) -> Response:
    if maps is None:
        return Response(status_code=204, headers=NOT_KEPT)
    told = maps_json(maps, services.dataset(run.dataset_name), run.hyperparameters)
    return JSONResponse(told, headers=headers)


PLANE_ROUTES = [
    Route("/hyperdial/planes/{token:str}/points", points),
    Route("/hyperdial/planes/{token:str}/now", maps_now),
    Route("/hyperdial/planes/{token:str}/{iteration:int}", maps_at),
]
