"""What cannot be right about a SPEC, whoever comes: times, tables, rules that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from corpora.errors import shorten
from matcher.roadshow.clock import starts, write_clock
from matcher.roadshow.specs.faults import Fault, Path
from matcher.roadshow.specs.zones import skipped_hours, zone_faults

if TYPE_CHECKING:
    from matcher.roadshow.spec import Availability, MeetingsSession, Pinned, Session, Spec


def faults(spec: Spec) -> list[Fault]:
    """Return all that contradicts itself in the SPEC."""
    found = [*zone_faults(spec)]
    for number, session in enumerate(spec.sessions):
        found.extend(_session(("sessions", number), session))
    found.extend(_together(spec))
    if not found:
        found.extend(skipped_hours(spec))
    for number, one in enumerate(spec.availability):
        found.extend(_availability(("availability", number), one))
    return [*found, *_limits(spec), *_contradictions(spec)]


def places(spec: Spec) -> int:
    """Return how many pitches fit on the stage."""
    return sum(
        len(starts(one.start, one.end, one.pitch_minutes + one.qa_minutes, 0, one.breaks))
        for one in spec.sessions
        if one.kind == "pitches"
    )


def _session(path: Path, session: Session) -> Iterator[Fault]:
    since, until = write_clock(session.start), write_clock(session.end)
    if session.start >= session.end:
        yield Fault(
            (*path, "end"),
            f"结束 {until} 不晚于开始 {since}；请改其中一个",
            f"the end {until} is not after the start {since}; change one of them",
        )
        return
    for number, (start, end) in enumerate(session.breaks):
        where, said = (*path, "breaks", number), f"{write_clock(start)}–{write_clock(end)}"
        if start >= end:
            yield Fault(
                where, f"休息 {said} 的结束不晚于开始", f"the break {said} does not end after it starts"
            )
        elif end <= session.start or session.end <= start:
            yield Fault(
                where,
                f"休息 {said} 不在这一场 {since}–{until} 之内；请改时间或删去",
                f"the break {said} is outside its session {since}–{until}; move or remove it",
            )
    if session.kind == "visits":
        yield from _fits(path, session, session.visit_minutes, "visit_minutes")
        for number, (start_, end_, _) in enumerate(session.travel):
            if start_ == end_:
                yield Fault(
                    (*path, "travel", number),
                    f"“{shorten(start_)}”到它自己的路不用写；请删去",
                    f"'{shorten(start_)}' to itself is no way; remove it",
                )
    elif session.kind == "pitches":
        yield from _fits(path, session, session.pitch_minutes + session.qa_minutes, "pitch_minutes")
    else:
        yield from _fits(path, session, session.slot_minutes, "slot_minutes")
        yield from _tables(path, session)


def _fits(path: Path, session: Session, minutes: int, key: str) -> Iterator[Fault]:
    since, until = write_clock(session.start), write_clock(session.end)
    if minutes > session.end - session.start:
        yield Fault(
            (*path, key),
            f"一格 {minutes} 分钟，比整场 {since}–{until}（{session.end - session.start} 分钟）还长；请改短，或延长这一场",
            f"{minutes} minutes are longer than the session, {since}–{until} ({session.end - session.start} "
            "minutes); shorten them, or lengthen it",
        )
    elif session.kind != "visits" and not starts(session.start, session.end, minutes, 0, session.breaks):
        yield Fault(
            (*path, key),
            f"{since}–{until} 除去休息，放不下一格 {minutes} 分钟；请改短，或减少休息",
            f"between the breaks of {since}–{until} there is no room for {minutes} minutes; shorten them or the breaks",
        )


def _tables(path: Path, session: MeetingsSession) -> Iterator[Fault]:
    if session.spare_tables >= session.tables:
        yield Fault(
            (*path, "spare_tables"),
            f"共 {session.tables} 张桌，备用 {session.spare_tables} 张，一张不剩；备用的要少于总数",
            f"of {session.tables} tables {session.spare_tables} are spare, which leaves none; keep fewer spare",
        )
        return
    for number, table in enumerate(session.closed_tables):
        if table > session.tables:
            yield Fault(
                (*path, "closed_tables", number),
                f"没有 {table} 号桌，桌号是 1–{session.tables}",
                f"there is no table {table}; tables are numbered 1–{session.tables}",
            )
            return
    if len(session.closed_tables) + session.spare_tables >= session.tables:
        yield Fault(
            (*path, "closed_tables"),
            f"共 {session.tables} 张桌，{len(session.closed_tables)} 张不能用，{session.spare_tables} 张备用，一张不剩",
            f"of {session.tables} tables {len(session.closed_tables)} are closed and {session.spare_tables} spare, "
            "which leaves none",
        )


def _together(spec: Spec) -> Iterator[Fault]:
    kinds = [session.kind for session in spec.sessions]
    if "visits" in kinds and len(kinds) > 1:
        yield Fault(
            ("sessions",),
            "走访（visits）要单独成一份 SPEC，不能与别的场同在",
            "a visits session stands alone in its SPEC; plan the other sessions in another",
        )
        return
    for (first, one), (second, other) in combinations(enumerate(spec.sessions), 2):
        if one.start < other.end and other.start < one.end:
            yield Fault(
                ("sessions", second),
                f"第 {first + 1} 场 {_span(one)} 与第 {second + 1} 场 {_span(other)} 时间重叠；请错开",
                f"session {first + 1}, {_span(one)}, and session {second + 1}, {_span(other)}, overlap; move one",
            )
            return


def _availability(path: Path, one: Availability) -> Iterator[Fault]:
    if one.from_ is None and one.to is None and not one.not_:
        yield Fault(
            path,
            f"“{shorten(one.who)}”没写什么时候在；请写 from、to 或 not",
            f"nothing is said of when '{shorten(one.who)}' is there; give from, to or not",
        )
    if one.from_ is not None and one.to is not None and one.from_ >= one.to:
        yield Fault(
            (*path, "to"),
            f"“{shorten(one.who)}”在到 {write_clock(one.to)}，不晚于起始的 {write_clock(one.from_)}",
            f"'{shorten(one.who)}' is there until {write_clock(one.to)}, which is not after {write_clock(one.from_)}",
        )
    for number, (start, end) in enumerate(one.not_):
        if start >= end:
            said = f"{write_clock(start)}–{write_clock(end)}"
            yield Fault(
                (*path, "not", number),
                f"“{shorten(one.who)}”不在的时段 {said}，结束不晚于开始",
                f"the absence {said} of '{shorten(one.who)}' does not end after it starts",
            )


def _limits(spec: Spec) -> Iterator[Fault]:
    rules, invited = spec.meetings, spec.enterprises
    if rules.max_per_enterprise is not None and rules.min_per_enterprise > rules.max_per_enterprise:
        yield Fault(
            ("meetings", "min_per_enterprise"),
            f"每家至少 {rules.min_per_enterprise} 场，却至多 {rules.max_per_enterprise} 场；请改其中一个",
            f"at least {rules.min_per_enterprise} meetings each, yet at most {rules.max_per_enterprise}; change one",
        )
    if invited.max is not None and len(invited.must) > invited.max:
        yield Fault(
            ("enterprises", "max"),
            f"必须邀请 {len(invited.must)} 家，却至多 {invited.max} 家；请改其中一个",
            f"{len(invited.must)} enterprises must be invited, yet {invited.max} at most; change one",
        )


def _contradictions(spec: Spec) -> Iterator[Fault]:
    """Somebody or a pair that one rule wants and another forbids, by the ids as they are written."""
    yield from _both("pitches", spec.pitches.must, spec.pitches.never)
    yield from _both("enterprises", spec.enterprises.must, spec.enterprises.never)
    out = dict.fromkeys(spec.enterprises.never, "enterprises.never") | dict.fromkeys(
        spec.cancelled, "cancelled"
    )
    for number, one in enumerate(spec.enterprises.must):
        if out.get(one) == "cancelled":
            yield _called_off(("enterprises", "must", number), one, "cancelled")
    pins: set[Pinned] = set()
    for number, pin in enumerate(spec.pinned):
        if pin in pins:
            said = f"{write_clock(pin.start)} {shorten(pin.enterprise_id)} – {shorten(pin.team_id)}"
            yield Fault(
                ("pinned", number), f"“{said}”写了两次；请删去一个", f"'{said}' is there twice; remove one"
            )
        pins.add(pin)
    forbidden = set(spec.forbid)
    met = [(("force", number), pair) for number, pair in enumerate(spec.force)]
    met += [(("pinned", number), (one.enterprise_id, one.team_id)) for number, one in enumerate(spec.pinned)]
    if met and all(session.kind == "pitches" for session in spec.sessions):
        yield Fault(
            met[0][0],
            "没有洽谈的场，见不了面；请加一场洽谈，或删去",
            "there is no meetings session; add one, or remove it",
        )
    for path, pair in met:
        if pair in forbidden:
            said = shorten(" – ".join(pair), 80)
            yield Fault(
                path,
                f"“{said}”既必须见面（{path[0]}）又不许见面（forbid）；请删去一处",
                f"'{said}' must meet ({path[0]}) and must not (forbid); remove one",
            )
        for one in pair:
            if one in out:
                yield _called_off(path, one, out[one])


def _called_off(path: Path, one: str, where: str) -> Fault:
    return Fault(
        path,
        f"“{shorten(one)}”在 {where} 里，不会来；请在一处删去",
        f"'{shorten(one)}' does not come, by {where}; remove it from one of the two",
    )


def _both(key: str, must: Sequence[str], never: Sequence[str]) -> Iterator[Fault]:
    out = set(never)
    for number, one in enumerate(must):
        if one in out:
            yield Fault(
                (key, "must", number),
                f"“{shorten(one)}”既在 must 又在 never；请删去一处",
                f"'{shorten(one)}' is in both must and never; remove one",
            )


def _span(session: Session) -> str:
    return f"{write_clock(session.start)}–{write_clock(session.end)}"
