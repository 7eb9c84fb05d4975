"""Planning a roadshow in the background: what the worker does for one, and what it tells meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from corpora.accounts import Accounts
from corpora.roadshows import Roadshow, Roadshows
from matcher.jobs import Outcome, Run
from matcher.roadshow.event import Event
from matcher.roadshow.gathering.affinity import event_of, is_storeless, read_affinity
from matcher.roadshow.plan import Plan, Status
from matcher.roadshow.progress import Progress
from matcher.roadshow.running.keeping import AFFINITY, draft_of, find_roadshow, set_plan, spec_of

#: Seconds between two lines that tell how far it is; each is a write.
_PAUSE = 0.5


def plan_roadshow(run: Run) -> Outcome:
    """Plan the roadshow that the job names; the plan and the end of the job are stored together, or neither.

    Raises UnknownRecord where it was deleted, and what gathering and planning raise.
    """
    # Solvers take a second to load, which no other job shall wait for.
    from matcher.roadshow import planner

    asked = run.job.arguments
    roadshow = find_roadshow(run.store, asked["roadshow"])
    base = draft_of(roadshow) if asked["base"] else None
    run.say("正在找可以见面的企业和团队", "finding who could meet whom")
    event = _gathered(run, roadshow, base)
    run.progress()
    plan = planner.plan(
        event, base=base, seed=asked["seed"], time_limit=asked["time_limit"], relax=asked["relax"],
        progress=_teller(run, asked["time_limit"]),
    )  # fmt: skip
    run.say("正在保存", "storing it")
    with run.store.transaction():
        run.check()
        set_plan(run.store, roadshow.id, plan, event.pairs, roadshow.spec_number, run.job.who, run.job.id)
        Accounts(run.store).log(
            run.job.who, "roadshow planned", f"roadshow:{roadshow.id}", job=run.job.id, status=plan.status
        )
        outcome = _told(roadshow, plan)
        run.end(outcome)
    return outcome


def _gathered(run: Run, roadshow: Roadshow, base: Plan | None) -> Event:
    """Return the event of a roadshow, from the store, its affinity file, or both."""
    spec = spec_of(roadshow)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if spec.affinity:
            (folder / AFFINITY).write_text(Roadshows(run.store).affinity(roadshow.id), "utf-8")
            if is_storeless(spec):
                return event_of(spec, folder, base)
        from matcher.roadshow.gathering.gather import gather
        from matcher.service import Service

        service = Service(run.settings)
        stack.callback(service.close)
        rated = read_affinity(folder / AFFINITY) if spec.affinity else None
        return gather(spec, service, run.progress, base, rated)


def _teller(run: Run, time_limit: float) -> Callable[[Progress], None]:
    """Return what tells the job's page how far the solving is, and stops it where somebody asked for that."""
    told = 0.0

    def tell(progress: Progress) -> None:
        nonlocal told
        run.progress(min(int(progress.seconds), int(time_limit)), int(time_limit))
        if time.monotonic() - told < _PAUSE:
            return
        told = time.monotonic()
        gap = max(0.0, progress.bound - progress.objective) / progress.bound if progress.bound > 0 else 0.0
        run.say(
            f"{progress.zh}：目标 {progress.objective:.2f}，上界 {progress.bound:.2f}，相差 {gap:.2%}",
            f"{progress.en}: objective {progress.objective:.2f}, bound {progress.bound:.2f}, gap {gap:.2%}",
        )

    return tell


def _told(roadshow: Roadshow, plan: Plan) -> Outcome:
    result = {"roadshow": roadshow.id, "status": plan.status.value, "gap": plan.gap, "seconds": plan.seconds}
    if plan.status is Status.INFEASIBLE:
        return Outcome(
            "有规则互相冲突，排不出来；原因和放宽的办法见路演页",
            "rules collide and no plan keeps them all; the roadshow's page says why and what would solve it",
            result,
        )
    counts = [
        (len(plan.agenda), "个路演", "pitches"),
        (len(plan.meetings), "场洽谈", "meetings"),
        (len(plan.visits), "家走访", "visits"),
    ]
    zh = "、".join(f"{count} {what}" for count, what, _ in counts if count) or "没有可安排的"
    en = ", ".join(f"{count} {what}" for count, _, what in counts if count) or "nothing to arrange"
    quality = "已证明最优" if plan.status is Status.OPTIMAL else f"与上界相差 {plan.gap:.2%}"
    said = "proven optimal" if plan.status is Status.OPTIMAL else f"{plan.gap:.2%} from the bound"
    return Outcome(
        f"排好 {zh}；{quality}，用时 {plan.seconds:.0f} 秒", f"{en}; {said}, {plan.seconds:.0f} s", result
    )
