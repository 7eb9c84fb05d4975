"""Keeping roadshows: the verbs of those who organize one, from the SPEC to what was published.

Whoever writes says which version they saw. Where somebody was faster, nothing is written and they are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from corpora.database import now
from corpora.errors import BadRequest, shorten
from corpora.jobs import Job
from corpora.roadshows import Roadshow, Roadshows, State
from corpora.store import Store
from matcher import jobs
from matcher.roadshow.event import Pair
from matcher.roadshow.plan import Plan, Status
from matcher.roadshow.running.history import remember
from matcher.roadshow.running.looking import (
    changes_since_published,
    draft_of,
    find_roadshow,
    find_visible,
    may_see,
    pairs_of,
    published_of,
    refuse,
    seen,
    shown_spec,
    spec_of,
    visible,
)
from matcher.roadshow.running.rules import RULES, Severity, conflicts
from matcher.roadshow.spec import Spec
from matcher.roadshow.specs.reading import apply_edits, spec_from
from matcher.settings import Settings

#: What is looked up (see `looking`) stands beside what is done.
__all__ = [
    "ask_for_plan",
    "cancel",
    "change",
    "changes_since_published",
    "checked",
    "close",
    "create",
    "discard",
    "draft_of",
    "find_roadshow",
    "find_visible",
    "kind_of",
    "may_see",
    "pairs_of",
    "publish",
    "published_of",
    "relax",
    "reopen",
    "save_spec",
    "set_plan",
    "set_public",
    "set_severity",
    "shown_spec",
    "spec_of",
    "visible",
]
#: How long a planning may take, in seconds.
MOST_SECONDS = 600
MOST_SEED = 2**31 - 1
#: The file under which a roadshow's affinity is read, whatever its SPEC called it.
AFFINITY = "affinity.tsv"
#: More characters than 1,000 × 200 pairs need.
MOST_AFFINITY = 20_000_000


# The SPEC


def create(store: Store, spec: Spec, who: str, affinity: str = "") -> Roadshow:
    """Keep a new roadshow as a draft; `affinity` is the text of an affinity file, empty: predicted levels.

    Raises BadRequest for a file that is too long.
    """
    spec = _own(spec, affinity)
    return Roadshows(store).add(
        spec.title, spec.date.isoformat(), kind_of(spec), spec.as_json(), affinity, who
    )


def save_spec(
    store: Store, roadshow_id: int, spec: Spec, version: int, affinity: str | None = None
) -> Roadshow:
    """Replace the SPEC; the draft stays until it is planned again. Affinity None: as it was.

    Raises Conflict, BadRequest.
    """
    with store.transaction():
        before = seen(store, roadshow_id, version)
        kept = Roadshows(store).affinity(roadshow_id) if affinity is None else affinity
        spec = _own(spec, kept)
        if spec.as_json() != before.spec or affinity is not None:
            Roadshows(store).change(
                roadshow_id, title=spec.title, date=spec.date.isoformat(), kind=kind_of(spec), spec=spec.as_json(),
                affinity=kept, spec_number=before.spec_number + 1,
            )  # fmt: skip
    return find_roadshow(store, roadshow_id)


def change(store: Store, roadshow_id: int, version: int, happened: Callable[[Spec], Spec]) -> Roadshow:
    """Let something that happened into the SPEC (see `happenings`), and into what the draft is held against.

    Raises Conflict, and BadRequest where the SPEC is none any more.
    """
    with store.transaction():
        before = seen(store, roadshow_id, version)
        spec = checked(happened(spec_of(before)))
        columns: dict[str, Any] = {"spec": spec.as_json(), "spec_number": before.spec_number + 1}
        if before.draft is not None:
            planned = checked(happened(Spec.model_validate(before.draft["spec"])))
            columns["draft"] = {**before.draft, "spec": planned.as_json()}
        Roadshows(store).change(roadshow_id, **columns)
    return find_roadshow(store, roadshow_id)


def checked(spec: Spec) -> Spec:
    """Return a SPEC that was changed, read anew. Raises BadRequest."""
    return spec_from(spec.as_json(), files=True)


def relax(store: Store, roadshow_id: int, version: int, edits: Iterable[Mapping[str, Any]]) -> Roadshow:
    """Make the edits that an explanation of the latest planning offers, in the SPEC that it was made from.

    Raises Conflict, and BadRequest where there was no planning, or the SPEC has changed since.
    """
    with store.transaction():
        roadshow = seen(store, roadshow_id, version)
        if roadshow.attempt.get("spec_number") != roadshow.spec_number:
            raise BadRequest(
                "这条放宽建议是按改动之前的 SPEC 给的；请重新排一次再看",
                "this relaxation was offered for the SPEC as it was before; plan again and look at the new ones",
            )
        spec = apply_edits(Spec.model_validate(roadshow.attempt["spec"]), edits)
        return save_spec(store, roadshow_id, spec, version)


def kind_of(spec: Spec) -> str:
    return "visits" if any(one.kind == "visits" for one in spec.sessions) else "event"


def _own(spec: Spec, affinity: str) -> Spec:
    """Return the SPEC with the one name that the store has for an affinity file, or none."""
    if len(affinity) > MOST_AFFINITY:
        raise BadRequest(
            f"affinity 文件有 {len(affinity)} 个字符，上限 {MOST_AFFINITY}；请只留有关的企业和团队",
            f"the affinity file has {len(affinity)} characters, at most {MOST_AFFINITY}; keep only who is concerned",
        )
    return spec.model_copy(update={"affinity": AFFINITY if affinity.strip() else ""})


# Plans


def ask_for_plan(
    store: Store,
    settings: Settings,
    roadshow_id: int,
    who: str,
    *,
    base: bool = False,
    seed: int = 0,
    time_limit: float = 60.0,
    relax: bool = False,
) -> Job:
    """Queue the planning of a roadshow; with `base`, what was planned before moves as little as possible.

    Raises UnknownRecord, BadRequest.
    """
    find_roadshow(store, roadshow_id)
    if not 1 <= time_limit <= MOST_SECONDS:
        raise BadRequest(
            f"时间上限应为 1–{MOST_SECONDS} 秒，现为 {time_limit:g}",
            f"the time limit is 1–{MOST_SECONDS} seconds, not {time_limit:g}",
        )
    if not 0 <= seed <= MOST_SEED:
        raise BadRequest(f"种子应为 0–{MOST_SEED}，现为 {seed}", f"the seed is 0–{MOST_SEED}, not {seed}")
    arguments = {
        "roadshow": roadshow_id, "base": base, "seed": seed, "time_limit": time_limit, "relax": relax,
    }  # fmt: skip
    return jobs.ask(store, settings, "roadshow", arguments, who)


def set_plan(
    store: Store,
    roadshow_id: int,
    plan: Plan,
    pairs: Iterable[Pair],
    spec_number: int,
    who: str,
    job: int = 0,
) -> Roadshow:
    """Make a plan the draft, which can be undone. One that has nothing to show for itself is only told of.

    `spec_number` is that of the SPEC from which it was made. Raises UnknownRecord.
    """
    with store.transaction():
        before = find_roadshow(store, roadshow_id)
        said = plan.as_json()
        told = {
            name: said[name] for name in ("status", "objective", "bound", "gap", "seconds", "explanations")
        }
        attempt = {**told, "spec": said["spec"], "spec_number": spec_number, "job": job}
        columns: dict[str, Any] = {"attempt": attempt}
        if plan.status is not Status.INFEASIBLE or plan.meetings or plan.agenda or plan.visits:
            words = ("重新排了时间表", "planned again") if before.draft else ("排了时间表", "planned")
            columns |= remember(store, before, said, spec_number, words, who)
            Roadshows(store).put_pairs(roadshow_id, [_row(one) for one in pairs])
        Roadshows(store).change(roadshow_id, **columns)
    return find_roadshow(store, roadshow_id)


def publish(store: Store, roadshow_id: int, version: int) -> Roadshow:
    """Make the draft what everybody goes by.

    Raises Conflict, and BadRequest where there is no draft, or it breaks a rule that forbids.
    """
    with store.transaction():
        roadshow = seen(store, roadshow_id, version)
        plan = draft_of(roadshow)
        if plan is None or not (plan.meetings or plan.agenda or plan.visits):
            raise BadRequest(
                "还没有排出时间表，不能发布；请先排", "there is no plan yet to publish; plan first"
            )
        if roadshow.state is State.CANCELLED:
            raise BadRequest("路演已取消；请先恢复再发布", "the roadshow was cancelled; reopen it first")
        refuse(("发布", "published"), conflicts(plan, roadshow.severities))
        state = roadshow.state if roadshow.state is State.HELD else State.PUBLISHED
        Roadshows(store).change(roadshow_id, published=roadshow.draft, state=state, published_at=now())
    return find_roadshow(store, roadshow_id)


def cancel(store: Store, roadshow_id: int, version: int) -> Roadshow:
    """Call the whole roadshow off; nothing is deleted. Raises Conflict."""
    return _set(store, roadshow_id, version, state=State.CANCELLED)


def reopen(store: Store, roadshow_id: int, version: int) -> Roadshow:
    """Take a cancellation, or the end of a roadshow, back. Raises Conflict."""
    is_out = find_roadshow(store, roadshow_id).published_at is not None
    return _set(store, roadshow_id, version, state=State.PUBLISHED if is_out else State.DRAFT)


def close(store: Store, roadshow_id: int, version: int) -> Roadshow:
    """Write down that it was held. Raises Conflict, BadRequest where nothing was ever published."""
    if find_roadshow(store, roadshow_id).published_at is None:
        raise BadRequest("还没有发布过的路演不能结束", "what was never published cannot have been held")
    return _set(store, roadshow_id, version, state=State.HELD)


def set_public(store: Store, roadshow_id: int, version: int, public: bool) -> Roadshow:
    """Decide whether visitors may see what was published. Raises Conflict."""
    return _set(store, roadshow_id, version, public=int(public))


def set_severity(store: Store, roadshow_id: int, version: int, rule: str, severity: str) -> Roadshow:
    """Choose how grave a broken rule is for this roadshow. Raises Conflict, BadRequest."""
    if rule not in RULES or severity not in list(Severity):
        raise BadRequest(
            f"没有“{shorten(rule)}”这条规则或“{shorten(severity)}”这种处理；请从列出的里面选",
            f"there is no rule '{shorten(rule)}', or no '{shorten(severity)}' to do; choose of those listed",
        )
    chosen = {**find_roadshow(store, roadshow_id).severities, rule: severity}
    return _set(store, roadshow_id, version, severities=chosen)


def discard(store: Store, roadshow_id: int, version: int) -> None:
    """Delete a roadshow that was never published. Raises Conflict, BadRequest."""
    with store.transaction():
        if seen(store, roadshow_id, version).published_at is not None:
            raise BadRequest(
                "发布过的路演不能删除，可以取消", "what was published cannot be deleted; cancel it instead"
            )
        Roadshows(store).remove(roadshow_id)


def _set(store: Store, roadshow_id: int, version: int, **columns: object) -> Roadshow:
    with store.transaction():
        seen(store, roadshow_id, version)
        Roadshows(store).change(roadshow_id, **columns)
    return find_roadshow(store, roadshow_id)


def _row(pair: Pair) -> list[Any]:
    return [pair.enterprise_id, pair.team_id, pair.score, pair.level, pair.need_id, pair.achievement_id]
