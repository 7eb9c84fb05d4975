"""In which lane of the innovation chain (创新链阶段) a record stands: by its stage, else by its text or kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from corpora.records import Achievement, Need, Organization, Record
from corpora.vocabulary import OrganizationKind
from matcher.chainmap.integration import LANES, Lane

LaneFrom = Literal["stage", "text", "kind", ""]

#: By technology readiness level.
_STAGES = {
    1: Lane.RESEARCH, 2: Lane.RESEARCH, 3: Lane.DEVELOPMENT, 4: Lane.LAB, 5: Lane.LAB,
    6: Lane.PILOT, 7: Lane.PILOT, 8: Lane.PRODUCTION, 9: Lane.PRODUCTION,
}  # fmt: skip
#: Agencies and funds span the lanes, unless their text says where they work.
_KINDS = {
    OrganizationKind.UNIVERSITY: Lane.RESEARCH,
    OrganizationKind.INSTITUTE: Lane.DEVELOPMENT,
    OrganizationKind.PLATFORM: Lane.LAB,
    OrganizationKind.PILOT_BASE: Lane.PILOT,
    OrganizationKind.ENTERPRISE: Lane.PRODUCTION,
    OrganizationKind.PARK: Lane.PRODUCTION,
}
_ORDER = tuple(LANES)
_CLAUSE = re.compile(r"[，。；;：！？!?\n]+|,(?!\d)")
_SENTENCE = re.compile(r"[。；;！？!?\n]+")


def lane_of(record: Record) -> tuple[Lane | None, LaneFrom]:
    """Return the record's lane and what it is known from; (None, "") where nothing tells it.

    A need's lane is that of the lowest stage that it accepts.
    """
    if isinstance(record, Organization):
        if record.kind in _KINDS:
            return _KINDS[record.kind], "kind"
        found = _meant(record.text)
    elif isinstance(record, Need):
        if record.min_stage is not None:
            return _STAGES[record.min_stage], "stage"
        found = _wanted("\n".join([record.title, record.text, *record.indicators]))
    elif isinstance(record, Achievement):
        if record.stage is not None:
            return _STAGES[record.stage], "stage"
        # A title names what it is for: 难处理金精矿, 中试设备.
        found = _asserted(record.text or record.title)
    else:
        found = None
    return (found, "text") if found else (None, "")


@dataclass(frozen=True)
class _Cues:
    """The patterns of lanes.yaml."""

    cues: dict[Lane, re.Pattern[str]]
    wanted: dict[Lane, re.Pattern[str]]
    planned: re.Pattern[str]
    denied: re.Pattern[str]
    names: re.Pattern[str]
    asked: re.Pattern[str]
    ours: re.Pattern[str]
    meant: re.Pattern[str]


@cache
def _known() -> _Cues:
    content = yaml.safe_load(
        (resources.files("matcher") / "chainmap" / "placement" / "lanes.yaml").read_text("utf-8")
    )
    cues, wanted = (
        {lane: re.compile(content[name][lane]) for lane in _ORDER if lane in content[name]}
        for name in ("cues", "wanted")
    )
    rest = ("planned", "denied", "names", "asked", "ours", "meant")
    return _Cues(cues, wanted, *(re.compile(content[name]) for name in rest))


def _asserted(text: str) -> Lane | None:
    """Return the furthest lane that the text says something has reached."""
    known = _known()
    found: set[Lane] = set()
    for clause in _CLAUSE.split(text):
        if not (known.planned.search(clause) or known.denied.search(clause)):
            clause = known.names.sub("", clause)
            found |= {lane for lane, cue in known.cues.items() if cue.search(clause)}
    return max(found, key=_ORDER.index, default=None)


def _wanted(text: str) -> Lane | None:
    """Return the lowest lane that the text says would do."""
    known = _known()
    found: list[Lane] = []
    for sentence in _SENTENCE.split(text):
        if known.asked.search(sentence):
            said = [known.names.sub("", one) for one in _CLAUSE.split(sentence) if not known.ours.search(one)]
            found += _lanes_in(said, known.wanted)
    return min(found, key=_ORDER.index, default=None)


def _meant(text: str) -> Lane | None:
    """Return the lowest lane that the text says somebody works for."""
    known = _known()
    said = [known.names.sub("", one) for one in _CLAUSE.split(text) if known.meant.search(one)]
    return min(_lanes_in(said, known.cues), key=_ORDER.index, default=None)


def _lanes_in(clauses: Sequence[str], patterns: dict[Lane, re.Pattern[str]]) -> list[Lane]:
    return [lane for one in clauses for lane, pattern in patterns.items() if pattern.search(one)]
