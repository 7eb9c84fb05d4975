"""``matcher serve``: contributed to the command line by entry point, since matcher knows no api."""

from __future__ import annotations

import signal
import sys
from contextlib import nullcontext

import click
import waitress

from api.app import create_app
from matcher.settings import Settings
from matcher.worker import kept_running

#: A worker in a process of its own, so that the pages stay quick while it works.
_WORKER = [sys.executable, "-m", "matcher", "worker", "--until-eof"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。 Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。 Port.")
@click.option(
    "--no-worker",
    is_flag=True,
    help="不启动后台程序（另用 matcher worker）。 Start no worker; `matcher worker` runs one.",
)
def serve(host: str, port: int, no_worker: bool) -> None:
    """启动服务：网页、JSON 接口和后台程序。

    Run the service: the pages, the JSON API at /api/v1, and the worker that does long work. Ctrl-C or
    SIGTERM stops all of it.
    """
    app = create_app(Settings.read())
    signal.signal(signal.SIGTERM, _stop)
    with nullcontext() if no_worker else kept_running(_WORKER):
        click.echo(f"http://{host}:{port}/")
        waitress.serve(app, host=host, port=port)


def _stop(*_: object) -> None:
    """End as Ctrl-C does, so that the worker is stopped too."""
    raise SystemExit(0)
