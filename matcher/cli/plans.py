"""A plan on the terminal: its agenda and timetable, how good it is, what collides, who must be told what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from corpora.errors import shorten
from matcher.cli.common import out, say_line, table
from matcher.roadshow.clock import write_clock
from matcher.roadshow.plan import Plan, Status

if TYPE_CHECKING:
    from matcher.roadshow.year.programme import Programme

_STATUS = {
    Status.OPTIMAL: ("已证明最优", "proven optimal", "green"),
    Status.FEASIBLE: ("可行", "feasible", "green"),
    Status.INFEASIBLE: ("排不出：规则有冲突", "infeasible: rules collide", "red"),
}
#: Meetings, and lines of other lists, that are shown; the papers have all.
_MEETINGS, _LINES = 200, 40


def print_plan(plan: Plan, files: Sequence[Path], relaxed: Path | None = None) -> None:
    """Print what an organizer wants to know at once.

    `relaxed` is where the SPEC that can be kept was written, if it was.
    """
    names = {one.id: one.name or one.id for one in plan.enterprises}
    names |= {one.id: one.name or one.id for one in plan.teams}
    say_line(f"{plan.spec.title or '路演 roadshow'}  {plan.spec.date}  {plan.spec.venue}".rstrip(), "bold")
    zh, en, colour = _STATUS[plan.status]
    say_line(f"{zh} {en}", colour)
    _print_explanations(plan, relaxed)
    if plan.agenda or plan.meetings or plan.visits:
        _print_quality(plan)
        _print_agenda(plan, names)
        _print_meetings(plan, names)
        _print_visits(plan, names)
        _print_words("安排不足 Below the minimum", _unplaced(plan, names), "yellow")
    _print_words("变更，请告知 Changes, to be told", ((one.zh, one.en) for one in plan.changes), "cyan")
    out.print()
    for path in files:
        say_line(f"→ {path}", "dim")


def print_programme(programme: Programme, files: Sequence[Path]) -> None:
    """Print the events of a year, and what they leave unserved."""
    say_line(
        f"{len(programme.proposals)} 场 events · 可服务需求 needs served {programme.served} / {programme.needs}",
        "bold",
    )
    for number, one in enumerate(programme.proposals, 1):
        out.print()
        say_line(f"{number}. {one.spec.date}  {one.spec.title}", "bold")
        say_line(
            f"需求 needs {len(one.need_ids)}（新 new {len(one.new_need_ids)}）· 企业 enterprises {one.enterprises} · "
            f"团队 teams {one.teams}", "", 3,
        )  # fmt: skip
        say_line(one.zh, "", 3)
        say_line(one.en, "dim", 3)
    unserved = (
        (f"{one.zh}（{len(one.need_ids)}）", f"{one.en} ({len(one.need_ids)})") for one in programme.unserved
    )
    _print_words("顾不到的需求 Needs left unserved", unserved, "yellow")
    _print_words("说明 Notes", programme.notes, "")
    for path in files:
        say_line(f"→ {path}", "dim")


def _print_quality(plan: Plan) -> None:
    say_line(
        f"目标 objective {plan.objective:.3f} · 上界 bound {plan.bound:.3f} · 差距 gap {plan.gap:.2%} · "
        f"用时 {plan.seconds:.1f} s · 种子 seed {plan.seed}"
    )
    for one in plan.goals:
        say_line(f"{one.zh} · {one.en}", "dim", 2)


def _print_explanations(plan: Plan, relaxed: Path | None) -> None:
    for one in plan.explanations[:_LINES]:
        say_line(f"! {one.zh}", "yellow")
        say_line(one.en, "dim", 2)
        for edit in one.edits:
            say_line(f"改 change: {said(edit)}", "", 2)
    _print_rest(len(plan.explanations))
    if plan.status is Status.INFEASIBLE and any(one.edits for one in plan.explanations):
        if relaxed:
            say_line(
                f"照上面改了就排得出；改好的 SPEC 在 {relaxed}，下面是违反最少的方案。 With these changes it can be planned, "
                f"as {relaxed} says; below is the plan that breaks least."
            )
        else:
            say_line(
                "照上面改了就排得出；加 --relax 写出改好的 relaxed.yaml。 With these changes it can be planned; "
                "--relax writes them as relaxed.yaml."
            )


def said(edit: Mapping[str, Any]) -> str:
    """Return an edit in the words of a SPEC: ``meetings.max_per_team: 8``, ``force − [e1, t1]``."""
    path = ""
    for part in edit["path"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    if "remove" in edit:
        instead = f" → {_value(edit['add'])}" if "add" in edit else ""
        return f"{path} − {_value(edit['remove'])}{instead}"
    return f"{path}: {_value(edit['value'])}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{key}: {shorten(one)}" for key, one in value.items() if one is not None) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shorten(one) for one in value) + "]"
    return "（不写 unsaid）" if value is None else shorten(value)


def _print_agenda(plan: Plan, names: Mapping[str, str]) -> None:
    if not plan.agenda:
        return
    made = table("时间 time", "路演 pitch", "团队 team")
    for one in plan.agenda:
        made.add_row(
            _span(one.start, one.end), one.title or one.achievement_id, names.get(one.team, one.team)
        )
    _print_table("议程 Agenda", made)


def _print_meetings(plan: Plan, names: Mapping[str, str]) -> None:
    if not plan.meetings:
        return
    made = table("时间 time", "桌 table", "企业 enterprise", "团队 team", "分 score")
    before = -1
    for one in sorted(plan.meetings, key=lambda each: (each.start, each.table))[:_MEETINGS]:
        made.add_row(
            _span(one.start, one.end) if one.start != before else "",
            f"{one.table}{'*' if one.pinned else ''}",
            names.get(one.enterprise_id, one.enterprise_id),
            names.get(one.team_id, one.team_id),
            f"{one.score:.2f}" + (f" ({one.level}级)" if one.level else ""),
        )
        before = one.start
    _print_table(f"对接表 Meetings（{len(plan.meetings)}）", made)
    _print_rest(len(plan.meetings), _MEETINGS)
    if any(one.pinned for one in plan.meetings):
        say_line("* 定下不动 pinned", "dim")


def _print_visits(plan: Plan, names: Mapping[str, str]) -> None:
    if not plan.visits:
        return
    made = table("时间 time", "路上 travel", "企业 firm", "谈什么 topics")
    for one in plan.visits:
        topics = "；".join(
            shorten(plan.titles.get(str(topic.get("need")), str(topic.get("need", ""))))
            for topic in one.topics
        )
        made.add_row(
            _span(one.start, one.end),
            f"{one.travel} min",
            names.get(one.enterprise_id, one.enterprise_id),
            topics,
        )
    _print_table("走访 Visits", made)
    say_line(f"同行 travelling: {'、'.join(one.name or one.id for one in plan.teams)}")


def _unplaced(plan: Plan, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for one in plan.unplaced:
        who = names.get(one.enterprise_id, one.enterprise_id)
        yield (
            f"{who}（{one.meetings}/{one.minimum} 场）：{one.zh}",
            f"{who} ({one.meetings} of {one.minimum}): {one.en}",
        )


def _print_table(heading: str, made: Table) -> None:
    out.print()
    say_line(heading, "bold")
    out.print(made)


def _print_words(heading: str, words: Iterable[tuple[str, str]], colour: str) -> None:
    lines = list(words)
    if not lines:
        return
    out.print()
    say_line(f"{heading}（{len(lines)}）", "bold")
    for zh, en in lines[:_LINES]:
        say_line(zh, colour, 2)
        if en != zh:
            say_line(en, "dim", 4)
    _print_rest(len(lines))


def _print_rest(many: int, shown: int = _LINES) -> None:
    if many > shown:
        say_line(f"……另有 {many - shown} 条，见文件 … and {many - shown} more in the files", "dim")


def _span(start: int, end: int) -> str:
    return f"{write_clock(start)}–{write_clock(end)}"
