"""Commands of the integration map: map build, correct, override, compare, and map chains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, Progress, TextColumn

from corpora.errors import BadRequest, shorten
from corpora.files import trouble
from corpora.vocabulary import Kind
from matcher.chainmap.integration import LANES, VERDICTS, IntegrationMap, Lane, Numbers, VerdictKind
from matcher.cli.chains import chains
from matcher.cli.common import (
    FILE,
    FOLDER,
    encoder_option,
    err,
    json_option,
    model_option,
    open_service,
    open_store,
    out,
    say_json,
    say_line,
    settings,
    table,
)

if TYPE_CHECKING:
    from matcher.chainmap.comparing import Comparison, NodeChange
    from matcher.chainmap.scoring import Beat

#: Gaps, and changed nodes, that are printed; the files have all.
_GAPS, _CHANGES = 10, 40


@click.group("map")
def map_() -> None:
    """创新链产业链深度对接融合图谱。

    The integration map: where supply and demand meet on the nodes of the industry chains, and where
    they don't. Start with `matcher map build --out 图谱`.
    """


map_.add_command(chains)


@map_.command("build")
@click.option("--out", "folder", type=FOLDER, required=True, help="写到这个文件夹。 Folder to write into.")
@click.option(
    "--chain",
    "chain_ids",
    multiple=True,
    metavar="ID",
    help="只含这条产业链，可多次给。 This chain alone; may be repeated.",
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="图谱上的日期，默认今天。 Date on the map; default: today.",
)
@model_option
@encoder_option
@json_option
def build_(
    folder: Path,
    chain_ids: tuple[str, ...],
    day: datetime | None,
    model: Path | None,
    encoder: str | None,
    as_json: bool,
) -> None:
    """由库里的记录生成图谱。

    Build the map from the records: map.json, map.html (interactive, opens without a network), pictures,
    an Excel workbook, a Word book, and GraphML for Gephi. The same records and date give the same files.
    """
    from matcher.chainmap.building import build
    from matcher.chainmap.printing.folder import write_folder

    with open_service(model, encoder) as service, _showing() as beat:
        chart = build(service, chain_ids=chain_ids, day=day.date() if day else None, progress=beat)
    files = write_folder(folder, chart)
    if as_json:
        say_json({**_told(chart), "files": [str(path) for path in files]})
    else:
        _print_map(chart, files)


@map_.command("correct")
@click.argument("record", metavar="KIND:ID")
@click.option(
    "--node",
    "nodes",
    multiple=True,
    metavar="CHAIN/NODE",
    help="所在环节，第一个计数，最多三个；none 表示不属于任何环节。 Nodes, the first counts; none: it belongs to none.",
)
@click.option(
    "--lane",
    type=click.Choice([lane.value for lane in LANES]),
    help="创新链阶段。 Lane of the innovation chain.",
)
@click.option("--reason", default="", help="理由，记入日志。 Reason, kept in the log.")
def correct_(record: str, nodes: tuple[str, ...], lane: str | None, reason: str) -> None:
    """更正一条记录所在的环节或阶段；程序会照此学习。

    Say where a record belongs, e.g. `matcher map correct need:n-nuts-01 --node nuts/storage`. A person's
    word wins, is logged, and teaches. Without --node and --lane it is left to the program again.
    """
    from matcher.chainmap.correcting import correct

    kind, _, record_id = record.partition(":")
    if kind not in set(Kind) or not record_id:
        raise BadRequest(
            f"记录“{shorten(record)}”要写成 种类:编号，种类是 {'、'.join(Kind)}",
            f"write the record '{shorten(record)}' as kind:id; kinds are {', '.join(Kind)}",
        )
    chosen: Sequence[str] | None = nodes or None
    if "none" in nodes:
        if len(nodes) > 1:
            raise BadRequest(
                "none 不能和别的环节一起给", "none is no node; give it alone, or give nodes without it"
            )
        chosen = ()
    found = settings()
    with open_store(found.data) as store:
        correct(store, Kind(kind), record_id, chosen, Lane(lane) if lane else None, reason, found.who)
    out.print("已记下 kept")


@map_.command("override")
@click.argument("node", metavar="CHAIN/NODE")
@click.argument("verdict", type=click.Choice([*(verdict.value for verdict in VERDICTS), "rules"]))
@click.option("--reason", default="", help="理由，记入日志。 Reason, kept in the log.")
def override_(node: str, verdict: str, reason: str) -> None:
    """改一个环节的裁定，要写理由；rules 表示恢复规则的裁定。

    Give a node another verdict than the rules do, with a reason; `rules` leaves it to them again.
    """
    from matcher.chainmap.correcting import override

    found = settings()
    chosen = None if verdict == "rules" else VerdictKind(verdict)
    with open_store(found.data) as store:
        override(store, node, chosen, reason, found.who)
    out.print("已记下 kept")


@map_.command("compare")
@click.argument("before", metavar="OLD.json", type=FILE)
@click.argument("after", metavar="NEW.json", type=FILE)
@json_option
def compare_(before: Path, after: Path, as_json: bool) -> None:
    """比较两份 map.json：裁定、数字和需求的变化。

    Compare two map.json files: verdicts, numbers, and needs that are answered now or are not any more.
    """
    from matcher.chainmap.comparing import compare, summary

    found = compare(summary(_read(before)), summary(_read(after)))
    if as_json:
        say_json(found.model_dump(mode="json"))
    else:
        _print_comparison(found)


def _read(path: Path) -> IntegrationMap:
    try:
        return IntegrationMap.model_validate_json(path.read_bytes())
    except OSError as error:
        raise trouble(path, error) from error
    except ValueError as error:
        raise BadRequest(
            f"{path} 不是图谱（map.json）：{shorten(error, 120)}",
            f"{path} is no map.json: {shorten(error, 120)}",
        ) from error


def _told(chart: IntegrationMap) -> dict[str, object]:
    """Return what programs are told of a map; map.json has the rest."""
    return {
        "date": chart.date.isoformat(),
        "numbers": chart.numbers.model_dump(),
        "unplaced": chart.unplaced.model_dump(),
        "chains": [
            {
                "id": one.id,
                "zh": one.zh,
                "en": one.en,
                "numbers": one.numbers.model_dump(),
                "verdicts": one.verdicts,
            }
            for one in chart.chains
        ],
        "gaps": [one.model_dump(mode="json") for one in chart.gaps],
    }


def _print_map(chart: IntegrationMap, files: Sequence[Path]) -> None:
    numbers = chart.numbers
    say_line(f"{chart.title_zh}  {chart.date}", "bold")
    say_line(
        f"需求 needs {numbers.needs}（有答 met {numbers.met}）· 成果 achievements {numbers.achievements} · "
        f"企业 enterprises {numbers.firms} · 未归链 unplaced {chart.unplaced.records}"
    )
    if not chart.records:
        say_line("库里还没有记录 there are no records yet; import some with `matcher import`", "yellow")
    shown = table("产业链 chain", *(" ".join(VERDICTS[one]) for one in VERDICTS), "需求 needs", "有答 met")
    for chain in chart.chains:
        counts = (str(chain.verdicts.get(one, 0) or "") for one in VERDICTS)
        shown.add_row(chain.zh, *counts, str(chain.numbers.needs), str(chain.numbers.met))
    out.print(shown)
    if chart.gaps:
        out.print()
        say_line(f"最要紧的缺口 The worst of {len(chart.gaps)} gaps", "bold")
    for number, gap in enumerate(chart.gaps[:_GAPS], 1):
        say_line(f"{number}. {gap.zh}", "", 2)
        say_line(gap.en, "dim", 5)
    out.print()
    for path in files:
        say_line(f"→ {path}", "dim")


def _print_comparison(found: Comparison) -> None:
    say_line(f"{found.before} → {found.after}", "bold")
    if found.is_empty:
        say_line("没有变化 nothing changed")
        return
    say_line(
        f"新有答的需求 newly met {len(found.newly_met)} · 不再有答 newly unmet {len(found.newly_unmet)} · "
        f"新增 new {len(found.needs_new)} · 不再有 gone {len(found.needs_gone)}"
    )
    shown = table(
        "环节 node", "裁定 verdict", "需求 needs", "有答 met", "成果 achievements", "企业 enterprises"
    )
    for one in (*found.verdicts, *(each for each in found.nodes if each not in found.verdicts))[:_CHANGES]:
        shown.add_row(f"{one.chain_zh} {one.zh}", _verdicts(one), *_changes(one))
    out.print(shown)
    if len(found.nodes) > _CHANGES:
        say_line(f"共 {len(found.nodes)} 个环节有变化 nodes changed; --json 列出全部 lists all", "dim")


def _verdicts(one: NodeChange) -> str:
    names = [VERDICTS[each][0] if each else "—" for each in (one.verdict_before, one.verdict_after)]
    return names[0] if names[0] == names[1] else " → ".join(names)


def _changes(one: NodeChange) -> Iterator[str]:
    before, after = one.before or Numbers(), one.after or Numbers()
    for name in ("needs", "met", "achievements", "firms"):
        was, now = getattr(before, name), getattr(after, name)
        yield str(now) if was == now else f"{was} → {now}"


@contextmanager
def _showing() -> Iterator[Beat | None]:
    """Give what shows progress as a bar on the terminal; a file or a program gets none."""
    if not err.is_terminal:
        yield None
        return
    columns = TextColumn("图谱 map"), BarColumn(), TextColumn("{task.completed}/{task.total}")
    with Progress(*columns, console=err, transient=True) as bars:
        bar = bars.add_task("", total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)
