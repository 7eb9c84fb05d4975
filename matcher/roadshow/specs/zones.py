"""Time zones: whether a SPEC names one, and whether its clocks show the times of the event on that day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from corpora.errors import shorten
from matcher.roadshow.clock import DAY, write_clock
from matcher.roadshow.specs.faults import Fault

if TYPE_CHECKING:
    from matcher.roadshow.spec import Spec

_OFFSET = re.compile(r"(?:UTC|GMT|Z)?[+\-−]?\d{1,2}(?:[:：]?\d\d)?", re.IGNORECASE)
#: Files beside the zones that are none.
_NO_ZONES = ("localtime", "posixrules", "Factory")


def zone_faults(spec: Spec) -> Iterator[Fault]:
    """Yield what is wrong with the SPEC's time zone."""
    name = spec.timezone
    try:
        ZoneInfo(name)
        known = name not in _NO_ZONES
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    if not known:
        if _OFFSET.fullmatch(name):
            zh, en = "只是与世界时之差，不是时区", "is an offset, no time zone"
        else:
            zh, en = "不是时区", "is no time zone"
        zones = {zone.lower(): zone for zone in available_timezones()}
        near = zones[next(iter(get_close_matches(name.lower(), zones, 1, 0.8)), "asia/shanghai")]
        yield Fault(
            ("timezone",),
            f"“{shorten(name)}”{zh}；请写 IANA 名称，如 {near}（没有夏令时的也行）",
            f"'{shorten(name)}' {en}; give an IANA name such as {near} (zones without daylight saving work)",
        )


def skipped_hours(spec: Spec) -> Iterator[Fault]:
    """Yield times that the zone's clocks skip on that day, or a session during which they are changed."""
    zone = ZoneInfo(spec.timezone)
    for number, session in enumerate(spec.sessions):
        said = f"{write_clock(session.start)}–{write_clock(session.end)}"
        at = [_at(spec, minutes, zone) for minutes in (session.start, session.end)]
        for key, minutes, moment in zip(("start", "end"), (session.start, session.end), at, strict=True):
            if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
                yield Fault(
                    ("sessions", number, key),
                    f"{spec.date} 在 {spec.timezone} 没有 {write_clock(minutes)}：夏令时跳过了；请改时间",
                    f"on {spec.date} there is no {write_clock(minutes)} in {spec.timezone}: daylight saving skips "
                    "it; change the time",
                )
                return
        if at[0].utcoffset() != at[1].utcoffset():
            yield Fault(
                ("sessions", number),
                f"{spec.date} {said} 之间 {spec.timezone} 改拨夏令时；请避开",
                f"clocks in {spec.timezone} are changed on {spec.date} within {said}; choose other times",
            )


def _at(spec: Spec, minutes: int, zone: ZoneInfo) -> datetime:
    days, rest = divmod(minutes, DAY)
    return datetime.combine(spec.date + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=zone)
