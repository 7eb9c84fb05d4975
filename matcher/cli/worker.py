"""The command that works in the background: worker."""

from __future__ import annotations

import logging

import click

from matcher.cli.common import err, settings


@click.command()
@click.option("--until-eof", is_flag=True, hidden=True, help="随标准输入结束。 Stop when stdin ends.")
def worker(until_eof: bool) -> None:
    """在后台做导入、索引、学习等长任务。

    Do the long work that pages ask for: imports, indexing, learning. `matcher serve` starts one by
    itself; run this one where the server was told --no-worker. Ctrl-C stops it; what it was doing is
    done when it is started again.
    """
    from matcher.worker import run, stop_with_parent

    chosen = settings()
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("matcher").setLevel(logging.INFO)
    if until_eof:
        stop_with_parent()
    run(chosen, lambda: err.print(f"后台程序已就绪 worker ready: {chosen.data}"))
