"""What the worker can do. Each task may be broken off and begun again without harm."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from corpora.accounts import Accounts
from corpora.errors import DataFolderTrouble, UnreadableFile
from corpora.jobs import Jobs
from corpora.vocabulary import use_extension
from matcher import previews, uploads
from matcher.intake import FileReport, import_planned, importing
from matcher.jobs import Outcome, Run, Task
from matcher.plans import FilePlan, Planner

if TYPE_CHECKING:
    pass

#: How long an import waits for another one, in seconds.
_PATIENCE = 600
#: Rejections and links that a job's page lists; the file of rejected rows has all.
SHOWN = 500
#: A job that is over is remembered so many days.
DAYS = 90


def _preview(run: Run) -> Outcome:
    use_extension(run.settings.vocabulary)
    upload = previews.prepare(run.store, run.settings, run.job.arguments["upload"], run.progress)
    count = sum(upload.counts.values())
    return Outcome(f"读出 {count} 行", f"{count} rows read", {"upload": upload.token})


def _import(run: Run) -> Outcome:
    """Import an upload: its readable files in one transaction, in which the job ends too."""
    use_extension(run.settings.vocabulary)
    upload = uploads.load(run.settings, run.job.arguments["upload"])
    rejects = upload.folder(run.settings) / previews.REJECTS
    outcome = Outcome("", "")

    def plans(planner: Planner) -> list[FilePlan]:
        run.say("正在读取和查重", "reading and comparing")
        progress = planner.progress and run.progress
        made = list(
            chain.from_iterable(
                plans for _, plans in previews.plan_files(run.settings, upload, planner, progress)
            )
        )
        if not made:
            errors = [file.error for file in upload.files if file.error]
            raise UnreadableFile(*errors[0]) if errors else UnreadableFile("没有文件", "there is no file")
        rejected = [(plan.file, one) for plan in made for row in plan.rows for one in row.rejections]
        if rejected:
            from corpora.writers.rejects import write_rejects

            write_rejects(rejects, rejected)
        if planner.progress:
            run.say("正在写入", "storing")
        return made

    def last(reports: list[FileReport]) -> None:
        nonlocal outcome
        run.check()
        outcome = _imported(run, upload, reports)
        run.end(outcome)

    with ExitStack() as turn:
        _wait_for_turn(run, turn)
        import_planned(run.store, plans, run.job.who, run.progress, last)
    return outcome


def _wait_for_turn(run: Run, turn: ExitStack) -> None:
    """Enter `turn` as the only importer. Raises DataFolderTrouble where another one is at it for too long."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            turn.enter_context(importing(run.settings.data))
            return
        except DataFolderTrouble:
            if time.monotonic() > end:
                raise
        run.say("另一个导入正在进行，等它结束", "another import is running; waiting for it")
        run.progress()
        time.sleep(1)


def _imported(run: Run, upload: uploads.Upload, reports: list[FileReport]) -> Outcome:
    rows = {
        "accepted": sum(one.accepted for one in reports),
        "updated": sum(one.updated for one in reports),
        "unchanged": sum(one.unchanged for one in reports),
        "duplicates": sum(one.duplicates for one in reports),
        "rejected": sum(len({(each.sheet, each.row) for each in one.rejected}) for one in reports),
    }
    Accounts(run.store).log(
        run.job.who, "imported", f"job:{run.job.id}", rows=rows, files=[one.name for one in upload.files]
    )
    linked = sum(len(one.links) for one in reports)
    if rows["accepted"] or rows["updated"] or linked:
        for task in ("index", "digest"):
            Jobs(run.store).add(task, {}, "worker")
    result = {
        "upload": upload.token,
        "rows": rows,
        "linked": linked,
        "files": [_shown(one) for one in reports],
        "refused": [
            {"file": file.name, "zh": file.error[0], "en": file.error[1]}
            for file in upload.files
            if file.error
        ],
    }
    return Outcome(
        f"新增 {rows['accepted']}，更新 {rows['updated']}，未变 {rows['unchanged']}，重复 {rows['duplicates']}，"
        f"拒收 {rows['rejected']}",
        f"{rows['accepted']} new, {rows['updated']} updated, {rows['unchanged']} unchanged, {rows['duplicates']} "
        f"duplicates, {rows['rejected']} rejected",
        result,
    )  # fmt: skip


def _shown(report: FileReport) -> dict[str, object]:
    """Return a report as a page shows it: of very many rejections and links the first."""
    said = report.as_json()
    return said | {
        "rejected": [one.as_json() for one in report.rejected[:SHOWN]],
        "rejections": len(report.rejected),
        "rejected_rows": len({(one.sheet, one.row) for one in report.rejected}),
        "links": [
            {"id": one, "original_id": other, "similarity": round(similarity, 1)}
            for one, other, similarity in report.links[:SHOWN]
        ],
        "linked": len(report.links),
    }


def _index(run: Run) -> Outcome:
    from matcher.indexing import bring_up_to_date
    from matcher.search import Search
    from models.encoders import Encoder

    run.say("正在编码有变化的记录", "encoding what has changed")
    encoder = Encoder(run.settings.encoder, run.settings.cache)
    indexes, done = bring_up_to_date(run.store, run.settings.data, encoder, beat=run.progress)
    Search(run.settings.data).catch_up(run.store)
    return Outcome(
        f"索引已是最新：更新 {done.updated} 条，移除 {done.removed} 条",
        f"the indexes are up to date: {done.updated} updated, {done.removed} removed",
        {"achievements": len(indexes.achievements), "needs": len(indexes.needs), **done._asdict()},
    )


def _learn(run: Run) -> Outcome:
    from matcher.learning import learn_here
    from matcher.service import Service

    run.say("正在学习，并与现用的比较", "learning, and comparing with the ranker in use")
    service = Service(run.settings)
    try:
        learnt, switched = learn_here(service, progress=run.progress)
    finally:
        service.close()
    Accounts(run.store).log(run.job.who, "learnt", f"job:{run.job.id}", switched=switched, gain=learnt.gain)
    zh, en = (
        ("确实更好，已换用新的排序模型", "better beyond doubt: the new ranker is in use")
        if switched
        else ("不能确定更好，保留现用的排序模型", "not better beyond doubt: the ranker in use stays")
    )
    return Outcome(zh, en, learnt.as_json() | {"switched": switched})


def _roadshow(run: Run) -> Outcome:
    from matcher.roadshow.running.runs import plan_roadshow

    return plan_roadshow(run)


def _programme(run: Run) -> Outcome:
    from matcher.roadshow.year.proposals import propose_programme

    return propose_programme(run)


def _map(run: Run) -> Outcome:
    from matcher.chainmap.building import at_hand
    from matcher.chainmap.keeping import build_and_keep, is_stale
    from matcher.search import Search

    if run.job.arguments.get("if_stale") and not is_stale(run.store, run.settings):
        return Outcome("图谱已是最新", "the map is up to date")
    run.say("正在放置记录、匹配和统计", "placing, matching and counting the records")
    service, known = at_hand(run.settings)
    kept, chart = build_and_keep(service, run.job.who, known=known, progress=run.progress)
    # Searches are narrowed by the chains of the latest map.
    Search(run.settings.data).catch_up(run.store)
    unmet = chart.numbers.unmet
    return Outcome(
        f"图谱已建好：{len(chart.records)} 条记录，{len(chart.gaps)} 处缺口，{unmet} 条需求无人能答",
        f"the map is built: {len(chart.records)} records, {len(chart.gaps)} gaps, {unmet} needs without an answer",
        {"map": kept.id, "records": len(chart.records), "gaps": len(chart.gaps)},
    )


def _digest(run: Run) -> Outcome:
    from matcher import digests
    from matcher.search import Search

    count = digests.run(run.store, Search(run.settings.data), run.settings)
    return Outcome(f"{count} 个订阅有新内容", f"{count} saved searches have news", {"digests": count})


def _tidy(run: Run) -> Outcome:
    from matcher import drafts

    forgotten = drafts.purge(run.store, run.settings.data)
    deleted = uploads.purge(run.store, run.settings)
    before = datetime.now(UTC) - timedelta(days=DAYS)
    Jobs(run.store).forget(before.isoformat(timespec="seconds"))
    return Outcome(
        f"清理了 {forgotten} 份旧草稿、{deleted} 次旧上传",
        f"{forgotten} old drafts and {deleted} old uploads cleared away",
    )


TASKS = {
    "preview": Task("读取上传的文件", "read uploaded files", _preview),
    "import": Task(
        "导入", "import", _import, "已取消，没有导入任何一行", "cancelled; not a single row was imported"
    ),
    "index": Task(
        "更新索引", "update the indexes", _index, "已取消；下次搜索时会接着更新", "cancelled; the next search goes on with it"
    ),
    "learn": Task(
        "从标注中学习", "learn from judgements", _learn, "已取消，仍用原来的排序模型",
        "cancelled; the ranker in use stays",
    ),
    "roadshow": Task(
        "排路演", "plan a roadshow", _roadshow, "已取消，原来的草案没有变", "cancelled; the draft stays as it was"
    ),
    "programme": Task(
        "推算一年的路演", "propose the roadshows of a year", _programme, "已取消，上次推算的还在",
        "cancelled; what was proposed before is still there",
    ),
    "map": Task("建图谱", "build the map", _map, "已取消，原来的图谱没有变", "cancelled; the map stays as it was"),
    "digest": Task("整理订阅", "write digests", _digest),
    "tidy": Task("清理过期的草稿和上传", "clear away old drafts and uploads", _tidy),
}  # fmt: skip
#: What a person may start by hand.
STARTABLE = ("index", "learn", "map", "digest")
