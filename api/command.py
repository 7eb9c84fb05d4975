"""``matcher serve``: contributed to the command line by entry point, since matcher knows no api."""

from __future__ import annotations

import click
import waitress

from api.app import create_app
from matcher.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。 Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。 Port.")
def serve(host: str, port: int) -> None:
    """启动服务（目前只有 JSON 接口）。

    Run the service. So far it answers programs, at /api/v1; it has no login, so keep it to this machine.
    """
    app = create_app(Settings.read())
    click.echo(f"http://{host}:{port}/api/v1/matches?text=…")
    waitress.serve(app, host=host, port=port)
