"""Commands that keep the service: backup, restore, doctor."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.text import Text

from matcher.cli.common import FILE, json_option, open_store, out, say_json, settings, table

_MARKS = {"ok": Text("✓", "green"), "warning": Text("!", "yellow"), "error": Text("✗", "red")}


@click.command()
@click.argument("path", type=FILE)
def backup(path: Path) -> None:
    """备份到一个文件。

    Write a consistent, checksummed copy of the store to one file, while the service runs.
    """
    from matcher.backup import write_backup

    with open_store(settings().data) as store:
        counts = write_backup(store, path)
    out.print(f"{path}: " + " · ".join(f"{name} {count}" for name, count in counts.items()))


@click.command()
@click.argument("path", type=FILE)
@click.option(
    "--force", is_flag=True, help="覆盖现有数据（旧数据另存）。 Replace what is there; the old store is kept."
)
def restore(path: Path, force: bool) -> None:
    """从备份恢复。

    Verify a backup and put it into the data folder.
    """
    from matcher.backup import restore_backup

    kept = restore_backup(path, settings().data, force=force)
    out.print(f"已恢复 restored: {settings().data}" + (f"（旧数据 old store: {kept}）" if kept else ""))


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """检查安装，并说明怎么修。

    Examine the installation and say what to do. Exit status 1 where something does not work.
    """
    from matcher.doctor import examine

    findings = list(examine(settings()))
    if as_json:
        say_json([finding.as_json() for finding in findings])
    else:
        shown = table("", "项目 what", "结果 finding")
        for finding in findings:
            shown.add_row(_MARKS[finding.status], finding.name, finding.said)
        out.print(shown)
    if any(finding.status == "error" for finding in findings):
        sys.exit(1)
