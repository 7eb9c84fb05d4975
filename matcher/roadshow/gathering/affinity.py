"""Events from an affinity file: who fits whom is said by somebody else, ids are all that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from corpora.errors import BadRequest, UnknownRecord, UnreadableFile, shorten
from corpora.readers.scores import read_scores
from matcher.roadshow.event import Enterprise, Event, Pair, Team
from matcher.roadshow.plan import Plan
from matcher.roadshow.spec import Spec

_MOST_PEOPLE = 5_000


@dataclass(frozen=True)
class Affinity:
    """How well enterprises and teams fit (0–1), ids in the order in which they first appear."""

    enterprises: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    scores: Mapping[tuple[str, str], float] = field(default_factory=dict)


def read_affinity(path: Path) -> Affinity:
    """Read rows of enterprise, team, score (corpora.readers.scores). Raises UnreadableFile."""
    scores = read_scores(path)
    enterprises, teams = (tuple(dict.fromkeys(pair[side] for pair in scores)) for side in (0, 1))
    if max(len(enterprises), len(teams)) > _MOST_PEOPLE:
        raise UnreadableFile(
            f"文件 {path.name} 有 {len(enterprises)} 家企业、{len(teams)} 个团队，各最多 {_MOST_PEOPLE}；请分成几场",
            f"{path.name} names {len(enterprises)} enterprises and {len(teams)} teams, at most {_MOST_PEOPLE} each; "
            "split the event",
        )
    return Affinity(enterprises, teams, scores)


def is_storeless(spec: Spec) -> bool:
    """Whether the SPEC can be planned from its affinity file alone, without a store."""
    return bool(spec.affinity) and all(session.kind == "meetings" for session in spec.sessions)


def event_of(spec: Spec, folder: Path, base: Plan | None = None) -> Event:
    """Return the event of a SPEC of meetings with an affinity file, which lies relative to `folder`.

    With `base`, an earlier plan, who was invited stays so.
    Raises UnreadableFile; UnknownRecord for an id that the file has not; BadRequest where enterprises
    are to be chosen by what the file does not say.
    """
    known = read_affinity(folder / spec.affinity)
    if spec.enterprises.counties:
        raise BadRequest(
            "enterprises.counties：affinity 文件里没有县区，无法筛选；请删去，或在文件里只留这些企业",
            "enterprises.counties: an affinity file says no counties; remove it, or leave others out of the file",
        )
    _check_ids(spec, known)
    invited = _invited(spec, known, base)
    out = {*spec.cancelled}
    enterprises = [one for one in known.enterprises if one in invited]
    teams = [one for one in known.teams if one not in out]
    return Event(
        spec=spec,
        enterprises=tuple(Enterprise(one) for one in enterprises),
        teams=tuple(Team(one) for one in teams),
        pairs=_pairs(spec, known.scores, set(enterprises), set(teams)),
    )


def with_affinity(event: Event, known: Affinity) -> Event:
    """Return an event from the store with the file's scores in place of predicted levels.

    People whom the file names and the event has not are left out; so are pairs that it does not name.
    Raises BadRequest where the file fits nobody who could come.
    """
    teams = {other: team.id for team in event.teams for other in (*team.achievement_ids, team.id)}
    enterprises = {other: one.id for one in event.enterprises for other in (one.name, one.id)}
    scores: dict[tuple[str, str], float] = {}
    for (enterprise, team), score in known.scores.items():
        if enterprise in enterprises and team in teams:
            key = enterprises[enterprise], teams[team]
            # Two achievements of a team may be scored: the better one is talked about.
            scores[key] = max(scores.get(key, 0.0), score)
    if not scores:
        one, other = next(iter(known.scores))
        said = shorten(f"{one} – {other}")
        raise BadRequest(
            f"affinity 文件里没有一对是请到的企业和团队（如“{said}”）；请核对编号",
            f"no pair of the affinity file is of people who are invited (such as '{said}'); check the ids",
        )
    found = {(pair.enterprise_id, pair.team_id): pair for pair in event.pairs}
    pairs = _pairs(event.spec, scores, set(enterprises.values()), set(teams.values()))
    return replace(
        event,
        pairs=tuple(
            replace(old, score=one.score, level=None)
            if (old := found.get((one.enterprise_id, one.team_id)))
            else one
            for one in pairs
        ),
    )


def _pairs(
    spec: Spec, scores: Mapping[tuple[str, str], float], enterprises: set[str], teams: set[str]
) -> tuple[Pair, ...]:
    forbidden = set(spec.forbid)
    wanted = [*spec.force, *((one.enterprise_id, one.team_id) for one in spec.pinned)]
    meeting = {pair: score for pair, score in scores.items() if pair not in forbidden} | {
        pair: scores.get(pair, 0.0) for pair in wanted
    }
    return tuple(
        Pair(enterprise, team, score)
        for (enterprise, team), score in meeting.items()
        if enterprise in enterprises and team in teams
    )


def _invited(spec: Spec, known: Affinity, base: Plan | None) -> set[str]:
    """Return who comes: those who must, those who were invited before, then the largest best scores."""
    gone = {*spec.cancelled}
    possible = [one for one in known.enterprises if one not in spec.enterprises.never]
    most = spec.enterprises.max
    if most is None:
        return set(possible) - gone
    kept = {
        *spec.enterprises.must, *(one for one, _ in spec.force), *(one.enterprise_id for one in spec.pinned)
    }  # fmt: skip
    if len(kept) > most:
        raise BadRequest(
            f"enterprises.max：must、force、pinned 共有 {len(kept)} 家企业，却至多请 {most} 家；请改其中一个",
            f"enterprises.max: must, force and pinned name {len(kept)} enterprises, but {most} are invited at most; "
            "change one of them",
        )
    best: dict[str, float] = {}
    forbidden = {*spec.forbid}
    for pair, score in known.scores.items():
        if pair not in forbidden and pair[1] not in gone:
            best[pair[0]] = max(best.get(pair[0], 0.0), score)
    before = {one.id for one in base.enterprises} if base else set()
    # Who called off keeps the place: nobody is called in at the last minute unasked.
    order = sorted(possible, key=lambda one: (one not in kept, one not in before, -best.get(one, 0.0)))
    return set(order[:most]) - gone


def _check_ids(spec: Spec, known: Affinity) -> None:
    enterprises, teams = dict.fromkeys(known.enterprises), dict.fromkeys(known.teams)
    both = enterprises | teams
    for path, one, ids in _named(spec, enterprises, teams, both):
        if one not in ids:
            near = get_close_matches(one, ids, 3, 0.5)
            zh, en = (
                (
                    f"；相近的有 {'、'.join(map(shorten, near))}",
                    f"; near it are {', '.join(map(shorten, near))}",
                )
                if near
                else ("；请核对编号", "; check the id")
            )
            raise UnknownRecord(
                f"{path}：affinity 文件里没有“{shorten(one)}”{zh}",
                f"{path}: the affinity file has no '{shorten(one)}'{en}",
            )


def _named(
    spec: Spec, enterprises: Mapping[str, None], teams: Mapping[str, None], both: Mapping[str, None]
) -> Iterator[tuple[str, str, Mapping[str, None]]]:
    """Yield all ids in the SPEC: where each stands, and among which it must be."""
    for key in ("force", "forbid"):
        for number, (enterprise, team) in enumerate(getattr(spec, key)):
            yield f"{key}[{number}]", enterprise, enterprises
            yield f"{key}[{number}]", team, teams
    for number, one in enumerate(spec.pinned):
        yield f"pinned[{number}].enterprise_id", one.enterprise_id, enterprises
        yield f"pinned[{number}].team_id", one.team_id, teams
    for number, each in enumerate(spec.availability):
        yield f"availability[{number}].who", each.who, both
    for number, who in enumerate(spec.cancelled):
        yield f"cancelled[{number}]", who, both
    for key in ("must", "never"):
        for number, who in enumerate(getattr(spec.enterprises, key)):
            yield f"enterprises.{key}[{number}]", who, enterprises
