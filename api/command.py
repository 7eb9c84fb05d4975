"""``matcher serve``: contributed to the command line by entry point, since matcher knows no api."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import nullcontext

import click

from api.server import Server
from corpora.accounts import Accounts
from corpora.errors import BadRequest
from corpora.store import Store
from corpora.vocabulary import use_extension, vocabulary
from matcher.settings import Settings
from matcher.worker import kept_running

#: A worker in a process of its own, so that the pages stay quick while it works.
_WORKER = [sys.executable, "-m", "matcher", "worker", "--until-eof"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。 Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。 Port.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="进程数，默认 2（只有一个核时 1）；每个约用 1 GB 内存。 How many processes answer, some 1 GB of memory each; "
    "default: 2, on one core 1.",
)
@click.option(
    "--no-worker",
    is_flag=True,
    help="不启动后台程序（另用 matcher worker）。 Start no worker; `matcher worker` runs one.",
)
def serve(host: str, port: int, processes: int | None, no_worker: bool) -> None:
    """启动服务：网页、JSON 接口和后台程序。

    Run the service: the pages, the JSON API at /api/v1, and the worker that does long work. Ctrl-C or
    SIGTERM stops all of it.
    """
    settings = Settings.read()
    _look(settings)
    _try_address(host, port)
    with nullcontext() if no_worker else kept_running(_WORKER):
        click.echo(f"http://{host}:{port}/")
        Server(settings, host, port, processes or min(2, os.cpu_count() or 1)).run()


def _look(settings: Settings) -> None:
    """See that the data folder and the words are in order, before processes start that would fail one by one."""
    # No more than that: a thread pool that has begun here would not survive in the processes.
    use_extension(settings.vocabulary)
    vocabulary()
    store = Store(settings.data)
    if not Accounts(store).users():
        click.echo(
            "还没有账号；用 matcher user add 名字 --role admin 建一个 / nobody can log in yet: "
            "matcher user add NAME --role admin"
        )
    store.close()


def _try_address(host: str, port: int) -> None:
    """Raises BadRequest where nobody can listen at the address."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise BadRequest(
            f"不能在 {host} 的端口 {port} 上监听（{error.strerror or error}）；请用 --port、--host 换一个",
            f"cannot listen at {host}, port {port} ({error.strerror or error}); choose others with --port, --host",
        ) from error
