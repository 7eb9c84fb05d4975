"""Breaches: where a plan breaks its SPEC, rule by rule, whoever made it. How grave each is, `rules` says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from matcher.roadshow.board import Board, honours, overlapping, touches
from matcher.roadshow.clock import write_clock
from matcher.roadshow.plan import Meeting
from matcher.roadshow.running.editing import key_of
from matcher.roadshow.spec import MeetingsSession


@dataclass(frozen=True)
class Breach:
    """One rule that is broken: by whom (ids), in which meetings (keys), and in words.

    The words name a time and a table where moving the meeting would mend it, and only there: so two
    breaches with the same words are the same one.
    """

    rule: str
    who: tuple[str, ...]
    meetings: tuple[str, ...]
    zh: str
    en: str


def breaches(board: Board) -> Iterator[Breach]:
    """Yield every breach of a plan; each rule stands in one function below."""
    for rule in (
        _tables, _people, _stage, _absences, _called_off, _slots_and_tables, _pairs, _forced, _pins, _maxima,
        _minimum,
    ):  # fmt: skip
        yield from rule(board)


# The rules


def _tables(board: Board) -> Iterator[Breach]:
    for table, seated in board.at_table.items():
        for one, other in overlapping(seated):
            clock = write_clock(max(one.start, other.start))
            yield _of(
                "table_twice", one, other,
                zh=f"{clock} 的 {table} 号桌排了两场：{board.pair(one)}、{board.pair(other)}",
                en=f"table {table} has two meetings at {clock}: {board.pair(one)}, {board.pair(other)}",
            )  # fmt: skip


def _people(board: Board) -> Iterator[Breach]:
    for people in (board.of_enterprise, board.of_team):
        for who, met in people.items():
            for one, other in overlapping(met):
                (one_zh, one_en), (other_zh, other_en) = board.seat(one, who), board.seat(other, who)
                zh = f"{board.name(who)} 同时有 {one_zh}和 {other_zh}"
                en = f"{board.name(who)} has {one_en} and {other_en} at once"
                yield Breach("person_twice", (who,), (key_of(one), key_of(other)), zh, en)


def _stage(board: Board) -> Iterator[Breach]:
    for team, items in board.on_stage.items():
        for meeting in board.of_team.get(team, ()):
            for item in items:
                if touches(meeting, item):
                    zh, en = board.seat(meeting, team)
                    span = f"{write_clock(item.start)}–{write_clock(item.end)}"
                    yield Breach(
                        "on_stage", (team,), (key_of(meeting),), f"{board.name(team)} {span} 在台上路演，却有 {zh}",
                        f"{board.name(team)} is on stage {span} and has {en}",
                    )  # fmt: skip


def _absences(board: Board) -> Iterator[Breach]:
    for meeting in board.meetings:
        for who in (meeting.enterprise_id, meeting.team_id):
            if board.is_absent(who, meeting):
                zh, en = board.seat(meeting, who)
                yield Breach(
                    "absent", (who,), (key_of(meeting),), f"{board.name(who)} 那时不在：{zh}",
                    f"{board.name(who)} is not there for {en}",
                )  # fmt: skip
    for item in board.plan.agenda:
        if board.is_absent(item.team, item):
            clock = write_clock(item.start)
            zh = f"{board.name(item.team)} {clock} 有路演，但那时不在"
            yield Breach(
                "absent",
                (item.team,),
                (),
                zh,
                f"{board.name(item.team)} is not there for its pitch at {clock}",
            )


def _called_off(board: Board) -> Iterator[Breach]:
    for who in board.spec.cancelled:
        met = [*board.of_enterprise.get(who, ()), *board.of_team.get(who, ())]
        pitches = len(board.on_stage.get(who, ()))
        if met or pitches:
            zh = f"{board.name(who)} 已取消参加，还排着 {len(met)} 场洽谈、{pitches} 个路演"
            en = f"{board.name(who)} called off and still has {len(met)} meetings and {pitches} pitches"
            yield Breach("called_off", (who,), tuple(map(key_of, met)), zh, en)


def _slots_and_tables(board: Board) -> Iterator[Breach]:
    for meeting in board.meetings:
        clock, pair = write_clock(meeting.start), board.pair(meeting)
        session = board.session_of(meeting)
        if session is None:
            span = f"{clock}–{write_clock(meeting.end)}"
            yield _of(
                "off_slot", meeting, zh=f"{pair} 的时间 {span} 不是洽谈场次（或占了休息）",
                en=f"{span} is no slot for meetings, or runs into a break ({pair})",
            )  # fmt: skip
        else:
            rule = table_rule(board, session, meeting.start, meeting.end, meeting.table)
            if rule == "closed_table":
                zh = f"{clock} 没有可用的 {meeting.table} 号桌（{pair}）"
                yield _of(rule, meeting, zh=zh, en=f"there is no table {meeting.table} at {clock} ({pair})")
            elif rule == "spare_table":
                zh = f"{pair} 在 {clock} 占用备用的 {meeting.table} 号桌"
                yield _of(rule, meeting, zh=zh, en=f"{pair} take the spare table {meeting.table} at {clock}")


def table_rule(board: Board, session: MeetingsSession, start: int, end: int, table: int) -> str:
    """Return which rule the use of a table in a slot breaks, empty where none."""
    if table in board.slots[start, end].tables:
        return ""
    is_there = 1 <= table <= session.tables and table not in session.closed_tables
    return "spare_table" if is_there else "closed_table"


def _pairs(board: Board) -> Iterator[Breach]:
    spec = board.spec
    forbidden, forced = set(spec.forbid), set(spec.force)
    lowest = None if spec.affinity else spec.meetings.min_level
    for pair, met in board.of_pair.items():
        said, keys = board.pair(met[0]), tuple(map(key_of, met))
        if pair in forbidden or pair[0] in spec.enterprises.never:
            yield Breach("forbidden", pair, keys, f"{said} 禁止见面", f"{said} are forbidden to meet")
        if len(met) > 1 and not spec.meetings.repeat_pairs:
            zh, en = f"{said} 排了 {len(met)} 场", f"{said} meet {len(met)} times"
            yield Breach("repeat_pair", pair, keys, zh, en)
        level = met[0].level
        if lowest is not None and pair not in forced and (level is None or level < lowest):
            known = ("没有预测", "unknown") if level is None else (str(level), str(level))
            zh = f"{said} 的关联度{known[0]}，下限 {lowest}"
            yield Breach(
                "level_low", pair, keys, zh, f"the level of {said} is {known[1]}, at least {lowest} is asked"
            )


def _forced(board: Board) -> Iterator[Breach]:
    for pair in dict.fromkeys(board.spec.force):
        if pair not in board.of_pair:
            said = " × ".join(map(board.name, pair))
            yield Breach(
                "forced_missing", pair, (), f"{said} 必须见面，但没有安排", f"{said} must meet but do not"
            )


def _pins(board: Board) -> Iterator[Breach]:
    for pin in board.spec.pinned:
        met = board.of_pair.get((pin.enterprise_id, pin.team_id), [])
        if not any(honours(one, pin) for one in met):
            clock = write_clock(pin.start)
            table = ("", "") if pin.table is None else (f" {pin.table} 号桌", f" at table {pin.table}")
            yield Breach(
                "pin_moved", (pin.enterprise_id, pin.team_id), tuple(map(key_of, met)),
                f"{board.pair(pin)} 固定在 {clock}{table[0]}，现在不在那里",
                f"{board.pair(pin)} are pinned to {clock}{table[1]} and are not there",
            )  # fmt: skip


def _maxima(board: Board) -> Iterator[Breach]:
    asked = board.spec.meetings
    for rule, people, most in (
        ("enterprise_max", board.of_enterprise, asked.max_per_enterprise),
        ("team_max", board.of_team, asked.max_per_team),
    ):
        for who, met in people.items():
            if most is not None and len(met) > most:
                zh = f"{board.name(who)} 有 {len(met)} 场，上限 {most}"
                en = f"{board.name(who)} has {len(met)} meetings, at most {most} are asked"
                yield Breach(rule, (who,), tuple(map(key_of, met)), zh, en)


def _minimum(board: Board) -> Iterator[Breach]:
    least = board.spec.meetings.min_per_enterprise
    for one in board.plan.enterprises:
        met = board.of_enterprise.get(one.id, [])
        if len(met) < least and one.id not in board.spec.cancelled:
            zh = f"{board.name(one.id)} 的洽谈不到 {least} 场"
            en = f"{board.name(one.id)} has fewer meetings than {least}"
            yield Breach("enterprise_min", (one.id,), tuple(map(key_of, met)), zh, en)


def _of(rule: str, *meetings: Meeting, zh: str, en: str) -> Breach:
    who = dict.fromkeys(chain.from_iterable((one.enterprise_id, one.team_id) for one in meetings))
    return Breach(rule, tuple(who), tuple(map(key_of, meetings)), zh, en)
