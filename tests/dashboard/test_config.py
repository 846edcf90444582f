"""The server's settings: what they say, and that they are in force from whatever folder."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from dashboard import what_if_arrows
from dashboard.routes import POLICY
from engine import database
from engine.sources import course_files, download

ROOT = Path(__file__).resolve().parents[2]
FILES = (ROOT / ".streamlit" / "config.toml", ROOT / "dashboard" / ".streamlit" / "config.toml")


@pytest.fixture(scope="module")
def config():
    return tomllib.loads(FILES[0].read_text("utf-8"))


# --- what the file says


def test_both_files_say_the_same():
    assert FILES[0].read_bytes() == FILES[1].read_bytes()


def test_only_this_computer_is_served_and_only_under_its_own_names(config):
    assert config["server"]["address"] == "127.0.0.1"
    assert set(config["server"]["allowedHosts"]) == {"127.0.0.1", "localhost"}


def test_other_pages_cannot_post_here_and_uploads_are_bounded(config):
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["enableCORS"] is True  # without it the XSRF check is off
    assert config["server"]["maxUploadSize"] == 200


def test_nothing_is_told_to_others_nor_details_to_the_page(config):
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert config["client"]["showErrorLinks"] is False


def test_the_help_is_of_the_dashboard_and_names_its_environment():
    words = [sys.executable, "-m", "dashboard", "--help"]
    told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    assert len(told.splitlines()) < 40
    variables = (course_files.FOLDER_VARIABLE, database.VARIABLE, what_if_arrows.VARIABLE)
    for name in ("--server.port", "streamlit run --help", *variables, download.MIRROR_VARIABLE):
        assert name in told


def test_a_rerun_does_not_end_in_a_garbage_collection(config):
    assert config["runner"]["postScriptGC"] is False


def test_the_browser_is_never_referred_to_what_it_may_have_dropped(config):
    assert config["global"]["minCachedMessageSize"] > config["server"]["maxUploadSize"] << 20


def luminance(colour):
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_both_themes_can_be_read(config, dark):
    theme = config["theme"]["dark"] if dark else config["theme"]
    assert (luminance(theme["backgroundColor"]) < 0.1) == dark
    for paper in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["textColor"], paper) >= 7
        assert contrast(theme["primaryColor"], paper) >= 4.5


# --- what the server does


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Where a server listens that was started as in the README, but from another folder."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py")]
    options = ["--server.port", str(port), "--server.headless", "true"]
    own = {"HOME": str(folder), "HYPERDIAL_DATA": str(folder)}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command + options,
            cwd=folder,
            env={**os.environ, **own},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            limit = time.monotonic() + 30
            while not answers(port):
                assert server.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < limit
                time.sleep(0.05)
            yield port
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def answers(port):
    try:
        return get(port, "/_stcore/health").status == 200
    except OSError:
        return False


def get(port, path, host="127.0.0.1", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host if host == "" else f"{host}:{port}")
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.body = answer.read()
        return answer
    finally:
        connection.close()


def test_the_server_listens_on_this_computer_alone(port):
    sockets = Path("/proc/net/tcp")
    if not sockets.exists():
        pytest.skip("needs /proc/net/tcp")
    local = [line.split()[1] for line in sockets.read_text().splitlines()[1:]]
    six = Path("/proc/net/tcp6")
    local += [line.split()[1] for line in six.read_text().splitlines()[1:]] if six.exists() else []
    here = {address for address in local if address.endswith(f":{port:04X}")}
    assert here == {f"0100007F:{port:04X}"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_page_is_served_under_its_own_names(port, host):
    answer = get(port, "/", host)
    assert answer.status == 200
    assert b"<html" in answer.body


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config"])
def test_a_foreign_host_name_is_refused(port, path):
    answer = get(port, path, "evil.example")
    assert answer.status in (400, 403, 421)
    assert b"<html" not in answer.body


def test_a_page_of_another_site_cannot_open_the_stream(port):
    answer = get(
        port,
        "/_stcore/stream",
        Origin="http://evil.example",
        Connection="Upgrade",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
    )
    assert answer.status == 403


def test_an_upload_without_the_pages_own_token_is_refused(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("PUT", "/_stcore/upload_file/session/file", b"x")
    assert connection.getresponse().status in (400, 403)
    connection.close()


def test_every_page_forbids_the_browser_to_ask_other_hosts(port):
    for path in ("/", "/pictures"):
        assert get(port, path).headers["content-security-policy"] == POLICY
        assert get(port, path).headers["referrer-policy"] == "no-referrer"


def test_the_page_itself_names_no_other_host(port):
    page = get(port, "/").body.decode()
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)


def test_the_charts_code_is_served_from_here(port):
    import plotly

    answer = get(port, f"/hyperdial/plotly-{plotly.__version__}.js")
    assert answer.status == 200
    assert len(answer.body) > 1_000_000
