"""Progress: how far a need has come since it was sent in."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.store import Store
from corpora.submissions import Status, Submission
from corpora.vocabulary import vocabulary
from matcher.cases import events_for
from matcher.stages import ORDER


@dataclass(frozen=True)
class Step:
    """One step, Chinese and English; `at` is when it was taken, where that is known."""

    zh: str
    en: str
    done: bool
    at: str | None = None


def progress(store: Store, submission: Submission) -> list[Step]:
    """Return the steps in order; of several cases, the furthest counts."""
    reached = {milestone.stage: milestone.at for milestone in events_for(store, submission.need_id)}
    furthest = max((ORDER.index(stage) for stage in reached), default=-1)
    approved = submission.status is Status.APPROVED
    steps = [
        Step("已提交", "sent in", True, submission.created_at),
        Step("已审核公开", "reviewed and public", approved, submission.decided_at if approved else None),
    ]
    for place, stage in enumerate(ORDER):
        steps.append(
            Step(*vocabulary().label("case_stages", stage), done=place <= furthest, at=reached.get(stage))
        )
    return steps
