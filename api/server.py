"""The server: gunicorn, in several processes, each with the app, its indexes and its encoder."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from api.app import create_app
from matcher.settings import Settings

#: Requests that one process answers at a time; most of their time goes to Python, which is one thread's.
_THREADS = 4
#: After which a process that says nothing is replaced, in seconds.
_SILENCE = 120
_GRACE = 10


class Server(BaseApplication):  # type: ignore[misc]
    """Serve the data folder of `settings` at the address until SIGINT or SIGTERM."""

    def __init__(self, settings: Settings, host: str, port: int, processes: int) -> None:
        self._settings = settings
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": processes,
            "worker_class": "gthread",
            "threads": _THREADS,
            "timeout": _SILENCE,
            "graceful_timeout": _GRACE,
            "keepalive": 5,
            "loglevel": "warning",
            "proc_name": "shuanglian",
            "post_worker_init": _warm_up,
            # A text of 20,000 Chinese characters may stand in an address, nine letters for each.
            "limit_request_line": 0,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self._settings)


def _warm_up(worker: Any) -> None:
    """Load indexes and encoder while the first page is already answered."""
    service = worker.wsgi.extensions["shuanglian"]
    threading.Thread(target=service.warm_up, name="warm-up", daemon=True).start()
