"""Progress: how far a need has come since it was sent in."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.cases import Stage
from corpora.store import Store
from corpora.submissions import Status, Submission
from corpora.vocabulary import vocabulary
from matcher.cases import events_for
from matcher.stages import ORDER

#: What a stage means to the owner of the need.
_MEANS = {
    Stage.PROPOSED: (
        "技术经纪人选出成果，问双方的意愿",
        "a broker chooses an achievement and asks both sides",
    ),
    Stage.INTRODUCED: ("双方都同意，交换联系方式", "both sides agree and get each other's contact"),
    Stage.MET: ("见面或通话，把问题谈清楚", "you meet or talk the problem through"),
    Stage.NEGOTIATING: ("谈条件", "you negotiate the terms"),
    Stage.SIGNED: ("签合同", "you sign the contract"),
}


@dataclass(frozen=True)
class Step:
    """One step and what it means, Chinese and English; `at` is when it was taken, where that is known."""

    zh: str
    en: str
    done: bool
    at: str | None = None
    zh_means: str = ""
    en_means: str = ""


def progress(store: Store, submission: Submission) -> list[Step]:
    """Return the steps in order; of several cases, the furthest counts."""
    reached = {milestone.stage: milestone.at for milestone in events_for(store, submission.need_id)}
    furthest = max((ORDER.index(stage) for stage in reached), default=-1)
    approved = submission.status is Status.APPROVED
    steps = [
        Step("已提交", "sent in", True, submission.created_at),
        Step(
            "已审核公开",
            "reviewed and public",
            approved,
            submission.decided_at if approved else None,
            "技术经纪人看写得清不清楚；通过后需求公开，联系方式和附件不公开",
            "a broker reads it; then the need is public, contact and attachments are not",
        ),
    ]
    for place, stage in enumerate(ORDER):
        zh, en = vocabulary().label("case_stages", stage)
        steps.append(Step(zh, en, place <= furthest, reached.get(stage), *_MEANS[stage]))
    return steps
