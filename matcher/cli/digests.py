"""``matcher digest``: what is new in saved searches, told now."""

from __future__ import annotations

import click

from matcher.cli.common import json_option, open_store, out, say_json, settings
from matcher.digests import run
from matcher.search import Search


@click.command()
@json_option
def digest(as_json: bool) -> None:
    """生成订阅简报，并发出邮件。

    Tell what is new in the saved searches, and mail it to those who asked for it. The service does so by
    itself while it runs.
    """
    found = settings()
    with open_store(found.data) as store:
        made = run(store, Search(found.data), found)
    if as_json:
        say_json({"digests": made})
    else:
        out.print(f"新简报 new digests: {made}")
