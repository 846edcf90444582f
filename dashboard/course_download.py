"""Fetching the course's photos in the background, once for all sessions (no Streamlit inside)."""

from __future__ import annotations

import threading

from engine.errors import EngineError
from engine.sources.download import DownloadCancelledError, Progress, download_course_files


class CourseDownload:
    """One attempt at a time; each goes on where the last one stopped.

    `progress` is what came so far; `problem` how the last attempt failed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._cancelled = threading.Event()
        self.progress: Progress | None = None
        self.problem = ""

    @property
    def going(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def share(self) -> float:
        """Of all bytes, from 0 to 1."""
        return self.progress.done / self.progress.total if self.progress else 0.0

    def start(self) -> None:
        with self._lock:
            if self.going:
                return
            self.progress, self.problem = None, ""
            self._cancelled.clear()
            # A daemon, so that closing the server does not wait for a slow mirror.
            self._thread = threading.Thread(target=self._fetch, name="download", daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        self._cancelled.set()

    def _fetch(self) -> None:
        try:
            download_course_files(progress=self._tell, cancelled=self._cancelled.is_set)
        except DownloadCancelledError:
            return  # as the person wished; what came is kept
        except EngineError as error:
            self.problem = str(error)

    def _tell(self, progress: Progress) -> None:
        self.progress = progress
