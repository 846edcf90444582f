"""One session of the dashboard without a browser: Streamlit's own protocol, and the run's route.

A browser tab sends the changed widgets over a websocket, learns the new run's address from the
chart's element, fetches its points as feed.js does, and at its end asks for a rerun of the
fragment, as live_chart.js does. So does this; only nothing is drawn.
"""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection
from queue import Queue
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

FINAL = frozenset({"finished", "diverged", "dead", "stopped", "failed", "gone"})
TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # a component's events travel under this id
WAIT = 30.0


class WebSession:
    """Opens the page and waits for its first finished run."""

    def __init__(self, address: str) -> None:
        place = urlsplit(address)
        self._http = HTTPConnection(place.hostname or "", place.port, timeout=WAIT)
        self._socket = connect(
            f"ws://{place.netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
        )
        self._widgets: dict[str, str] = {}  # key → Streamlit's id
        self._values: dict[str, Any] = {}
        self._options: dict[str, list[str]] = {}
        self._chart: dict[str, str] = {}
        self._page = ""
        self._tokens: Queue[str] = Queue()
        self.problems: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._send()
        self.token = ""
        self.follow()

    def __enter__(self) -> WebSession:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._socket.close()
        self._reader.join(WAIT)
        self._http.close()

    def options(self, key: str) -> list[str]:
        return self._options[key]

    def set_slider(self, key: str, option: str) -> None:
        self._change(key, "string_array_value", option)

    def set_number(self, key: str, number: int) -> None:
        self._change(key, "int_value", number)

    def _change(self, key: str, kind: str, value: Any) -> None:
        self._values[key] = kind, value
        self._send()

    def follow(self) -> dict[str, Any]:
        """Waits for a new run's address, and fetches its points to its end; the last answer."""
        while (token := self._tokens.get(timeout=WAIT)) == self.token:
            pass
        self.token, since, known = token, 0, ""
        self._http.close()  # the server has closed it, if it was idle for long
        while True:
            self._http.request("GET", f"/hyperdial/runs/{token}/{since}{known}")
            answer: dict[str, Any] = json.loads(self._http.getresponse().read())
            if answer["state"] in FINAL:
                break
            since, known = answer["next"], f"?state={answer['state']}"
        return answer

    def tell_change(self, state: str) -> None:
        """What the chart says when a run has ended, which draws the page's part below it anew."""
        event = {"event": "changed", "value": f"{self.token} {state}"}
        message = self._rerun()
        message.rerun_script.fragment_id = self._chart["fragment"]
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = self._chart["trigger"]
        widget.json_trigger_value = json.dumps([event])
        self._socket.send(message.SerializeToString())

    def _rerun(self) -> BackMsg:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_script_hash = self._page
        rerun.context_info.locale = "en-US"
        rerun.widget_states.SetInParent()
        for key, (kind, value) in self._values.items():
            widget = rerun.widget_states.widgets.add()
            widget.id = self._widgets[key]
            if kind == "string_array_value":
                widget.string_array_value.data.append(value)
            else:
                widget.int_value = value
        return message

    def _send(self) -> None:
        self._socket.send(self._rerun().SerializeToString())

    def _read(self) -> None:
        try:
            for data in self._socket:
                message = ForwardMsg()
                message.ParseFromString(data)  # type: ignore[arg-type]
                self._take(message)
        except ConnectionClosed as closed:
            self.problems.append(f"connection: {closed}")

    def _take(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "navigation":
            self._page = message.navigation.page_script_hash
        if message.WhichOneof("type") != "delta":
            return
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "slider":
                key = key_of(element.slider.id)
                self._widgets[key] = element.slider.id
                self._options[key] = list(element.slider.options)
            case "number_input":
                self._widgets[key_of(element.number_input.id)] = element.number_input.id
            case "exception":
                self.problems.append(element.exception.message)
            case "alert":
                self.problems.append(element.alert.body)
            case "bidi_component" if element.bidi_component.component_name == "hyperdial_chart":
                chart = element.bidi_component
                self._chart = {
                    "trigger": TRIGGER.format(chart.id),
                    "fragment": message.delta.fragment_id,
                }
                self._tokens.put(json.loads(chart.json)[0]["runs"]["run"]["token"])


def key_of(widget_id: str) -> str:
    """Of `$$ID-<hash>-<key>`."""
    return widget_id.rpartition("-")[2]
