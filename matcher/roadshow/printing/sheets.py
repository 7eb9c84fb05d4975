"""The workbook of a roadshow: agenda (议程), meetings (对接表), timetables by table and by person, changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpora.writers.workbook import Sheet, write_workbook
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.agendas import agenda
from matcher.roadshow.printing.entries import Entry, Side, Who, span
from matcher.roadshow.printing.phrases import STATUSES, level_words, names, told, what
from matcher.roadshow.printing.timetables import Timetables


def write_sheets(path: Path, plan: Plan) -> None:
    """Write the plan as a workbook that prints on A4. Raises DataFolderTrouble where it cannot be written."""
    tables = Timetables(plan)
    sheets = [_route(tables) if tables.visits else _agenda(tables)]
    if tables.meetings:
        sheets += [_meetings(tables), _grid(tables)]
    sheets += [_people(tables, side) for side in Side if any(tables.of(who) for who in _of(tables, side))]
    if tables.meetings:
        sheets.append(_by_table(tables))
    if plan.unplaced:
        sheets.append(_unplaced(tables))
    if plan.changes:
        sheets.append(_changes(tables))
    write_workbook(path, [*sheets, _about(tables)])


def _notes(tables: Timetables) -> tuple[str, ...]:
    spec = tables.spec
    day = " / ".join(tables.day)
    zone = f"时间按 times in {spec.timezone}"
    where = [f"地点 venue：{spec.venue}"] if spec.venue else []
    who = [f"主办 organizer：{spec.organizer}"] if spec.organizer else []
    lines = [f"{day}　{zone}", "　".join([*where, *who])]
    if tables.is_infeasible:
        lines.append("注意：此安排违反了部分规则，见“说明”。 This plan breaks some rules: see 'about'.")
    return tuple(line for line in lines if line)


def _agenda(tables: Timetables) -> Sheet:
    rows = [
        [
            line.time,
            line.room,
            line.zh if line.is_pitch else f"{line.zh} / {line.en}",
            line.team.name if line.team else "",
            line.team.note if line.team else "",
            [tables.named(one) for one in line.needs],
        ]
        for line in agenda(tables)
    ]
    return Sheet(
        "议程 agenda",
        f"{tables.title}　议程 Agenda",
        _notes(tables),
        [
            "时间\ntime",
            "会场\nroom",
            "内容\nitem",
            "团队\nteam",
            "单位\ninstitution",
            "回应的需求\nneeds answered",
        ],
        rows,
        (14, 14, 44, 20, 24, 44),
    )


def _meetings(tables: Timetables) -> Sheet:
    rows = [
        [
            one.time,
            one.place.room,
            one.place.table,
            _name(one.enterprise),
            _note(one.enterprise),
            _name(one.team),
            _note(one.team),
            one.need,
            one.achievement,
            level_words(one.level),
            "是 yes" if one.pinned else "",
        ]
        for one in tables.meetings
    ]
    return Sheet(
        "对接表 meetings",
        f"{tables.title}　对接表 One-to-one meetings",
        (*_notes(tables), f"共 {len(rows)} 场 meetings in all"),
        [
            "时间\ntime", "会场\nroom", "桌号\ntable", "企业\nenterprise", "县区\ncounty", "团队\nteam",
            "单位\ninstitution", "需求\nneed", "成果\nachievement", "关联度\nlevel", "固定\npinned",
        ],
        rows,
        (13, 10, 7, 24, 10, 18, 22, 30, 30, 14, 8),
        repeats={0, 1},
    )  # fmt: skip


def _grid(tables: Timetables) -> Sheet:
    rows = [
        [
            f"{place.zh}\n备用 spare" if place in tables.spare else place.zh,
            *("" if one is None else f"{_name(one.enterprise)}\n× {_name(one.team)}" for one in row),
        ]
        for place, row in tables.grid()
    ]
    width = max(12, min(26, 150 // max(1, len(tables.slots))))
    return Sheet(
        "桌次表 timetable",
        f"{tables.title}　桌次表 Timetable of the tables",
        _notes(tables),
        ["桌号\ntable", *(span(*slot) for slot in tables.slots)],
        rows,
        (14, *(width for _ in tables.slots)),
    )


def _people(tables: Timetables, side: Side) -> Sheet:
    zh, en, other_zh, other_en = (
        ("企业", "enterprise", "团队", "team")
        if side is Side.ENTERPRISE
        else ("团队", "team", "企业", "enterprise")
    )
    rows = [
        [
            who.name,
            who.note,
            one.time,
            what(one),
            one.place.zh,
            *_other(one, side),
            one.need,
            one.achievement,
        ]
        for who in _of(tables, side)
        for one in tables.of(who)
    ]
    return Sheet(
        f"按{zh} by {en}",
        f"{tables.title}　按{zh}的日程 Timetables by {en}",
        (*_notes(tables), "按名称筛选，即得一方的日程。 Filter by name for one timetable."),
        [
            f"{zh}\n{en}", "县区\ncounty" if side is Side.ENTERPRISE else "单位\ninstitution", "时间\ntime",
            "内容\nwhat", "地点\nplace", f"{other_zh}\n{other_en}",
            "单位\ninstitution" if side is Side.ENTERPRISE else "县区\ncounty", "需求\nneed", "成果\nachievement",
        ],
        rows,
        (24, 16, 13, 14, 18, 24, 20, 30, 30),
        repeats={0, 1},
    )  # fmt: skip


def _by_table(tables: Timetables) -> Sheet:
    rows = [
        [
            place.zh,
            one.time,
            _name(one.enterprise),
            _note(one.enterprise),
            _name(one.team),
            _note(one.team),
        ]
        for place in tables.tables
        for one in tables.at(place)
    ]
    return Sheet(
        "按桌 by table",
        f"{tables.title}　各桌的日程 Timetables by table",
        _notes(tables),
        [
            "桌号\ntable", "时间\ntime", "企业\nenterprise", "县区\ncounty", "团队\nteam", "单位\ninstitution",
        ],
        rows,
        (18, 14, 30, 14, 26, 30),
        repeats={0},
    )  # fmt: skip


def _route(tables: Timetables) -> Sheet:
    rows = [
        [
            number,
            one.time,
            one.travel,
            _name(one.enterprise),
            _note(one.enterprise),
            names(one.others),
            "\n".join(topic.label for topic in one.topics),
        ]
        for number, one in enumerate(tables.visits, 1)
    ]
    return Sheet(
        "走访路线 route",
        f"{tables.title}　走访路线 Route of the visits",
        _notes(tables),
        [
            "序号\nno.", "时间\ntime", "路程（分钟）\ntravel (minutes)", "企业\nenterprise", "县区\ncounty",
            "前往的团队\nteams", "洽谈内容\ntopics",
        ],
        rows,
        (7, 14, 12, 30, 12, 28, 60),
    )  # fmt: skip


def _unplaced(tables: Timetables) -> Sheet:
    rows = [
        [tables.enterprise(one.enterprise_id).name, one.meetings, one.minimum, f"{one.zh}\n{one.en}"]
        for one in tables.plan.unplaced
    ]
    return Sheet(
        "未安排 unplaced",
        f"{tables.title}　未达到最少场数的企业 Enterprises below the minimum",
        _notes(tables),
        ["企业\nenterprise", "已安排\nmeetings", "最少\nminimum", "原因\nwhy"],
        rows,
        (30, 10, 10, 80),
    )


def _changes(tables: Timetables) -> Sheet:
    rows = [
        [
            tables.to_tell(change),
            told(change.before),
            told(change.after),
            f"{change.zh}\n{change.en}",
        ]
        for change in tables.plan.changes
    ]
    return Sheet(
        "变更 changes",
        f"{tables.title}　变更：要通知谁、通知什么 Changes: who must be told what",
        _notes(tables),
        ["通知\nto tell", "原来\nbefore", "现在\nnow", "内容\nwhat"],
        rows,
        (36, 26, 26, 70),
    )


def _about(tables: Timetables) -> Sheet:
    plan = tables.plan
    rows: list[list[object]] = [
        ["状态 status", " ".join(STATUSES[plan.status])],
        ["匹配总分 total match value", round(plan.objective, 4)],
        ["可证明的上限 proven bound", round(plan.bound, 4)],
        ["差距 gap", f"{plan.gap:.3%}"],
        ["用时（秒） seconds", round(plan.seconds, 1)],
    ]
    rows += [[f"目标 goal：{one.goal}", f"{one.zh}\n{one.en}"] for one in plan.goals]
    rows += [[f"说明 note：{one.kind}", f"{one.zh}\n{one.en}"] for one in plan.explanations]
    return Sheet(
        "说明 about",
        f"{tables.title}　说明 About this plan",
        _notes(tables),
        ["项目\nitem", "内容\nsaid"],
        rows,
        (34, 100),
    )


def _of(tables: Timetables, side: Side) -> Sequence[Who]:
    return tables.enterprises if side is Side.ENTERPRISE else tables.teams


def _other(entry: Entry, side: Side) -> tuple[str, str]:
    if entry.kind == "visit" and side is Side.ENTERPRISE:
        return "、".join(one.name for one in entry.others), "、".join(
            dict.fromkeys(one.note for one in entry.others)
        )
    other = entry.team if side is Side.ENTERPRISE else entry.enterprise
    return _name(other), _note(other)


def _name(who: Who | None) -> str:
    return who.name if who else ""


def _note(who: Who | None) -> str:
    return who.note if who else ""
