"""Commands that plan roadshows: roadshow plan, template, schema, programme."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.live import Live
from rich.text import Text

from corpora.files import replacing, trouble
from matcher.cli.common import (
    FILE,
    FOLDER,
    encoder_option,
    err,
    json_option,
    model_option,
    open_service,
    out,
    say_json,
)
from matcher.roadshow.specs.templates import KINDS, Kind, template

if TYPE_CHECKING:
    from matcher.roadshow.event import Event
    from matcher.roadshow.plan import Plan
    from matcher.roadshow.progress import Progress
    from matcher.roadshow.spec import Spec


@click.group()
def roadshow() -> None:
    """路演：排议程和一对一洽谈，临时变动时尽量少动。

    Plan roadshows: the agenda on stage, and who meets whom at which table when. Start with
    `matcher roadshow template --out 路演.yaml`.
    """


@roadshow.command("plan")
@click.argument("spec_path", metavar="SPEC", type=FILE)
@click.option("--out", "folder", type=FOLDER, required=True, help="写到这个文件夹。 Folder to write into.")
@click.option(
    "--base",
    type=FILE,
    help="原来的 plan.json：尽量少动。 An earlier plan.json, to be changed as little as can be.",
)
@click.option(
    "--cancel",
    multiple=True,
    metavar="ID",
    help="不来了的企业或团队。 An enterprise or a team that called off.",
)
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="随机种子。 Seed."
)
@click.option(
    "--time-limit", default=60.0, show_default=True, type=click.FloatRange(1, 86_400), metavar="SECONDS",
    help="最多算多少秒。 Seconds to plan for.",
)  # fmt: skip
@click.option(
    "--relax", is_flag=True,
    help="排不出时，给出违反最少的方案。 If no plan keeps every rule, make the one that breaks least.",
)  # fmt: skip
@model_option
@encoder_option
@json_option
def plan_(
    spec_path: Path, folder: Path, base: Path | None, cancel: tuple[str, ...], seed: int, time_limit: float,
    relax: bool, model: Path | None, encoder: str | None, as_json: bool,
) -> None:  # fmt: skip
    """按 SPEC 排出议程和洽谈表。

    Plan a SPEC: writes plan.json, and the agenda and meetings as Word, Excel, web page and calendars.
    Where no plan keeps every rule it says which collide, and ends with status 1; with --relax it also
    writes the plan that breaks least, and relaxed.yaml, a SPEC that can be kept.
    """
    from matcher.roadshow.specs.reading import read_plan, read_spec, without

    spec = read_spec(spec_path)
    if cancel:
        spec = without(spec, cancel)
    before = read_plan(base) if base else None
    event = _event(spec, spec_path.parent, before, model, encoder)
    # The solver takes a second to load: what is wrong with the input is told sooner.
    from matcher.cli.plans import print_plan
    from matcher.roadshow.plan import Status
    from matcher.roadshow.planner import plan
    from matcher.roadshow.printing.folder import RELAXED, write_folder

    with _showing() as progress:
        made = plan(event, base=before, seed=seed, time_limit=time_limit, relax=relax, progress=progress)
    infeasible = made.status is Status.INFEASIBLE
    texts = {RELAXED: _relaxed(made, spec_path.parent, folder)} if infeasible and relax else {}
    files = write_folder(folder, made, texts)
    if as_json:
        say_json(made.as_json())
    else:
        print_plan(made, files, folder / RELAXED if texts else None)
    if infeasible:
        raise click.exceptions.Exit(1)


@roadshow.command("template")
@click.option("--out", "path", type=FILE, help="写到这个文件，否则打印。 File to write; else it is printed.")
@click.option(
    "--kind", default="event", show_default=True, type=click.Choice(KINDS),
    help="路演加洽谈、只有洽谈、下企业。 Pitches and meetings, meetings alone, visits.",
)  # fmt: skip
def template_(path: Path | None, kind: Kind) -> None:
    """写一份带说明的 SPEC 样板，用示例数据可直接排。

    Write a SPEC to start from, with a word on every key; on the demo it plans as it is.
    """
    text = template(kind)
    if path is None:
        print(text, end="")
        return
    _write(path, text)
    out.print(f"→ {path}")


@roadshow.command()
def schema() -> None:
    """打印 SPEC 的 JSON Schema。

    Print the JSON schema of a SPEC, which editors check files by.
    """
    from matcher.roadshow.specs import reading

    say_json(reading.schema())


@roadshow.command()
@click.option(
    "--count", default=12, show_default=True, type=click.IntRange(1, 48), help="几场。 How many events."
)
@click.option(
    "--from",
    "start",
    type=click.DateTime(["%Y-%m-%d"]),
    help="从哪天起，默认下月一日。 First day; default: next month's.",
)
@click.option("--out", "folder", type=FOLDER, help="每场写一份 SPEC。 Folder for a SPEC of each event.")
@model_option
@encoder_option
@json_option
def programme(
    count: int,
    start: datetime | None,
    folder: Path | None,
    model: Path | None,
    encoder: str | None,
    as_json: bool,
) -> None:
    """提议一年的路演：哪条链、哪些县、何时，顾及最多的需求。

    Propose the themed events of the coming year, so that most needs are served, each with a SPEC that
    can be planned as it is; and say which needs stay unserved, and why.
    """
    from matcher.cli.plans import print_programme
    from matcher.roadshow.year.programme import propose

    with open_service(model, encoder) as service:
        made = propose(service, count, start.date() if start else None)
    files = []
    for number, one in enumerate(made.proposals if folder else (), 1):
        assert folder is not None
        files.append(folder / f"{number:02d}-{one.spec.date}-{one.chain}.yaml")
        _write(files[-1], one.yaml)
    if as_json:
        say_json(made.as_json())
    else:
        print_programme(made, files)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(path.parent, error) from error
    with replacing(path) as stream:
        stream.write(text.encode())


def _event(spec: Spec, folder: Path, before: Plan | None, model: Path | None, encoder: str | None) -> Event:
    from matcher.roadshow.gathering.affinity import event_of, is_storeless, read_affinity

    if is_storeless(spec):
        return event_of(spec, folder, before)
    from matcher.roadshow.gathering.gather import gather

    rated = read_affinity(folder / spec.affinity) if spec.affinity else None
    with open_service(model, encoder) as service:
        return gather(spec, service, base=before, rated=rated)


@contextmanager
def _showing() -> Iterator[Callable[[Progress], None] | None]:
    """Give what shows progress as a line on the terminal; a file or a program gets none."""
    if not err.is_terminal:
        yield None
        return
    with Live(console=err, transient=True, refresh_per_second=4) as live:
        yield lambda step: live.update(Text(_line(step)))


def _line(step: Progress) -> str:
    said = f"{step.zh} {step.en} · {step.seconds:.0f} s"
    if step.bound <= 0:
        return said
    gap = max(0.0, step.bound - step.objective) / step.bound
    return f"{said} · 目标 objective {step.objective:.3f} · 上界 bound {step.bound:.3f} · 差距 gap {gap:.2%}"


def _relaxed(made: Plan, beside: Path, folder: Path) -> str:
    """Return the SPEC that can be kept, as YAML that plans from where it is written."""
    from matcher.roadshow.specs.reading import apply_edits, as_yaml

    edits = [edit for one in made.explanations for edit in one.edits]
    spec = apply_edits(made.spec, edits)
    if spec.affinity:
        where = os.path.relpath((beside / spec.affinity).resolve(), folder.resolve())
        spec = spec.model_copy(update={"affinity": where})
    return as_yaml(spec)
