"""What the commands share: settings, the store, the encoder, and how they speak."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from corpora.store import Store
from corpora.vocabulary import Mode, use_extension
from matcher.settings import Settings
from matcher.taxonomies import refresh

if TYPE_CHECKING:
    from matcher.service import Service

#: What users typed is text: no brackets of theirs are markup.
out = Console(highlight=False, markup=False)
err = Console(stderr=True, highlight=False, markup=False)

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON for programs.")
encoder_option = click.option(
    "--encoder",
    metavar="NAME",
    help="编码器：bundled、本地文件夹或模型库名称。 Encoder: bundled, a local folder, or a hub name.",
)
model_option = click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="排序模型文件夹，默认用自带的。 Folder of a ranker; default: the shipped one.",
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that a Filters is made of."""
    for option in (
        click.option("--max-stage", type=click.IntRange(1, 9), help="最高阶段 TRL。 Highest stage."),
        click.option("--min-stage", type=click.IntRange(1, 9), help="最低阶段 TRL。 Lowest stage."),
        click.option("--institution", multiple=True, help="机构或企业名。 Institution or enterprise."),
        click.option(
            "--mode", multiple=True, type=click.Choice([mode.value for mode in Mode]), help="合作方式。 Mode."
        ),
        click.option("--field", multiple=True, help="领域。 Field."),
        click.option("--county", multiple=True, help="县区。 County."),
        click.option("--region", multiple=True, help="地区，如 西安。 Region."),
    ):
        command = option(command)
    return command


def settings() -> Settings:
    found = Settings.read()
    use_extension(found.vocabulary)
    return found


@contextmanager
def open_store(data: Path) -> Iterator[Store]:
    store = Store(data)
    refresh(store)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_service(model: Path | None, encoder: str | None) -> Iterator[Service]:
    from matcher.service import Service

    service = Service(settings(), model, notice=err.print, encoder=encoder, progress=True)
    try:
        yield service
    finally:
        service.close()


def say_line(text: str, style: str = "", indent: int = 0) -> None:
    """Print text that stays indented where it wraps."""
    out.print(Padding(Text(text, style=style), (0, 0, 0, indent)))


def say_json(content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False))


def table(*headings: str, **options: Any) -> Table:
    """Return an empty table that fits 80 columns, Chinese text aligned."""
    made = Table(box=None, pad_edge=False, header_style="bold", **options)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def fail(zh: str, en: str) -> NoReturn:
    """End with one line on stderr and status 1."""
    sys.exit(f"错误 error: {zh} / {en}")
