"""Looking at roadshows: finding one, what somebody may see of it, and its SPEC and plans as what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from corpora.accounts import User
from corpora.errors import BadRequest, UnknownRecord
from corpora.errors import Conflict as Outdated
from corpora.jobs import Job, Jobs
from corpora.roadshows import Heading, Roadshow, Roadshows
from corpora.store import Store
from matcher.accounts import may
from matcher.roadshow.changes import changes
from matcher.roadshow.event import Pair
from matcher.roadshow.plan import Change, Plan
from matcher.roadshow.running.history import Words
from matcher.roadshow.running.rules import Conflict
from matcher.roadshow.spec import Spec

#: Broken rules that an error names.
_NAMED = 3
#: What anybody may know of a SPEC, and what nobody else may of a meeting.
_IN_PUBLIC = ("title", "date", "timezone", "venue", "organizer", "sessions")
_INSIDE = ("score", "level", "pinned")


def find_roadshow(store: Store, roadshow_id: int) -> Roadshow:
    """Raises UnknownRecord."""
    # SQLite knows no larger number.
    found = Roadshows(store).roadshow(roadshow_id) if roadshow_id < 2**63 else None
    if found is None:
        raise UnknownRecord(
            f"没有编号为 {roadshow_id} 的路演；请从路演列表进入",
            f"there is no roadshow {roadshow_id}; go there from the list of roadshows",
        )
    return found


def may_see(user: User | None, roadshow: Heading) -> bool:
    """Whether somebody may see what was published of it; those who plan roadshows see drafts too."""
    if may(user, "plan_roadshows"):
        return True
    is_out = roadshow.published_at is not None
    return is_out and (roadshow.public or may(user, "see_pending"))


def visible(store: Store, user: User | None) -> list[Heading]:
    """Return the roadshows that somebody may see, the latest day first."""
    return [one for one in Roadshows(store).all() if may_see(user, one)]


def find_visible(store: Store, roadshow_id: int, user: User | None) -> Roadshow:
    """Raises UnknownRecord where it does not exist for this user."""
    found = find_roadshow(store, roadshow_id)
    return found if may_see(user, found) else find_roadshow(store, 0)


def spec_of(roadshow: Roadshow) -> Spec:
    return Spec.model_validate(roadshow.spec)


def shown_spec(roadshow: Roadshow) -> Spec:
    """Return the SPEC as its organizer writes it: without the name of the file that the store keeps."""
    return spec_of(roadshow).model_copy(update={"affinity": ""})


def draft_of(roadshow: Roadshow) -> Plan | None:
    """Return the plan that is worked on, None before the first planning."""
    return None if roadshow.draft is None else Plan.from_json(roadshow.draft)


def published_of(roadshow: Roadshow) -> Plan | None:
    return None if roadshow.published is None else Plan.from_json(roadshow.published)


def pairs_of(store: Store, roadshow_id: int) -> dict[tuple[str, str], Pair]:
    """Return who could meet whom and how well they fit, as the latest planning knew it."""
    return {(row[0], row[1]): Pair(*row) for row in Roadshows(store).pairs(roadshow_id)}


def changes_since_published(roadshow: Roadshow) -> list[Change]:
    """Return who must be told what before the draft takes the place of what was published."""
    before, after = published_of(roadshow), draft_of(roadshow)
    return changes(before, after) if before and after else []


def seen(store: Store, roadshow_id: int, version: int) -> Roadshow:
    """Return the roadshow as it is, once it is known that it is as the writer saw it. Raises Conflict."""
    roadshow = find_roadshow(store, roadshow_id)
    if roadshow.version == version:
        return roadshow
    latest = Roadshows(store).step(roadshow.step) if roadshow.step else None
    told = (f"最近：{latest.who} {latest.zh}", f"latest: {latest.who} {latest.en}") if latest else ("", "")
    raise Outdated(
        f"您打开之后这场路演改过了（{told[0] or '请看现在的内容'}）。您这次的改动还没有保存；核对后可再提交",
        f"the roadshow changed after you opened it ({told[1] or 'look at it as it is now'}). What you did is not "
        "saved; check it and send it again",
    )


def refuse(done: Words, broken: Sequence[Conflict]) -> None:
    """Raises BadRequest where a rule that forbids is broken; `done` says what is not done then."""
    grave = [one for one in broken if one.severity == "block"]
    if grave:
        more = len(grave) - _NAMED
        zh = "；".join(one.zh for one in grave[:_NAMED]) + (f"；另有 {more} 处" if more > 0 else "")
        en = "; ".join(one.en for one in grave[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
        raise BadRequest(f"没有{done[0]}：{zh}", f"not {done[1]}: {en}")


def calendar_key(roadshow_id: int) -> str:
    """Return what names a roadshow in calendars, so that whatever its title and day become, entries are the same."""
    return f"roadshow-{roadshow_id}"


def job_of(store: Store, roadshow_id: int) -> Job | None:
    """Return the latest planning of a roadshow, whether it waits, runs or is over."""
    return Jobs(store).latest_with("roadshow", "roadshow", roadshow_id)


def sees_all(user: User | None) -> bool:
    """Whether somebody sees all of a plan, not only what is for everybody."""
    return may(user, "plan_roadshows") or may(user, "see_pending")


def public_plan(plan: Plan) -> Plan:
    """Return what anybody may know of a published plan: who is where and when.

    Neither how well two fit, nor what the organizer asked for or could not do, nor who called off.
    """
    spec = {name: value for name, value in plan.spec.as_json().items() if name in _IN_PUBLIC}
    return Plan(
        Spec.model_validate(spec),
        plan.agenda,
        tuple(replace(one, score=0.0, level=None, pinned=False) for one in plan.meetings),
        tuple(replace(one, topics=tuple(map(_plain, one.topics))) for one in plan.visits),
        plan.enterprises,
        plan.teams,
        plan.titles,
    )


def in_public(plan: Plan) -> dict[str, Any]:
    """Return the public plan in the shape of plan.json, without what it does not tell."""
    said = public_plan(plan).as_json()
    spec = {name: value for name, value in said["spec"].items() if name in _IN_PUBLIC}
    kept = ("title", "date", "agenda", "visits", "enterprises", "teams", "titles")
    meetings = [_plain(one) for one in said["meetings"]]
    return {**{name: said[name] for name in kept}, "meetings": meetings, "spec": spec}


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in _INSIDE}
