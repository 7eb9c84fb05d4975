"""Jobs: what the worker is doing and has done, and what came of it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api import context
from api.context import needs, settings, store
from api.languages import say
from corpora.errors import UnknownRecord
from corpora.jobs import Job, Jobs
from matcher.jobs import ask, has_worker
from matcher.previews import REJECTS, reason_parts
from matcher.tasks import STARTABLE, TASKS
from matcher.uploads import load

blueprint = Blueprint("jobs", __name__)

PAGE = 30


@blueprint.get("/jobs")
@needs("import")
def listing() -> ResponseReturnValue:
    before = request.args.get("before", "")
    found = Jobs(store()).latest(PAGE + 1, int(before) if before.isdecimal() and len(before) < 16 else None)
    return render_template(
        "jobs/listing.html",
        jobs=found[:PAGE],
        more=len(found) > PAGE,
        has_worker=has_worker(settings()),
        startable=STARTABLE,
    )


@blueprint.get("/jobs/<int:job_id>")
@needs("import")
def show(job_id: int) -> ResponseReturnValue:
    job = Jobs(store()).get(job_id)
    return render_template("jobs/show.html", job=job, **_more(job))


@blueprint.get("/jobs/<int:job_id>/status")
@needs("import")
def status(job_id: int) -> ResponseReturnValue:
    """Answer the page's polling with the part of it that moves; it stops asking once the job is over."""
    job = Jobs(store()).get(job_id)
    return render_template("jobs/status.html", job=job, **_more(job))


@blueprint.post("/jobs/start")
@needs("import")
def start() -> ResponseReturnValue:
    task = request.form.get("task", "")
    if task not in STARTABLE:
        abort(400)
    job = ask(store(), settings(), task, {}, context.who())
    context.log("asked for", f"job:{job.id}", task=task)
    return redirect(url_for("jobs.show", job_id=job.id))


@blueprint.post("/jobs/<int:job_id>/cancel")
@needs("import")
def cancel(job_id: int) -> ResponseReturnValue:
    job = Jobs(store()).ask_to_cancel(job_id)
    context.log("cancelled", f"job:{job_id}", task=job.task)
    if job.is_open:
        flash(gettext("已要求取消，正在停下来"), "info")
    return redirect(url_for("jobs.show", job_id=job_id))


@blueprint.get("/jobs/<int:job_id>/rejects")
@needs("import")
def rejects(job_id: int) -> ResponseReturnValue:
    """Send the rejected rows of an import, to be corrected and sent again."""
    job = Jobs(store()).get(job_id)
    path = load(settings(), str(job.result.get("upload", ""))).folder(settings()) / REJECTS
    if job.task != "import" or not path.exists():
        raise UnknownRecord(
            "这次导入没有被拒收的行，或文件已被清理",
            "this import rejected no row, or the file was cleared away",
        )
    context.log("downloaded rejects", f"job:{job_id}")
    return send_file(
        path.resolve(), as_attachment=True, download_name=gettext("被拒收的行-%(number)s.xlsx", number=job_id)
    )


@blueprint.app_template_global("task_name")
def task_name(task: str) -> str:
    """Return what a task is called, as a heading."""
    known = TASKS.get(task)
    name = say(known.zh, known.en) if known else task
    return name[:1].upper() + name[1:]


@blueprint.app_template_filter("reason")
def reason(text: str) -> str:
    """Return the page's half of a reason that the readers gave in both languages."""
    return say(*reason_parts(text))


def _more(job: Job) -> dict[str, object]:
    """Return what a job's page shows beside the job."""
    has_rejects = False
    if job.task == "import" and job.result.get("upload"):
        try:
            has_rejects = (load(settings(), job.result["upload"]).folder(settings()) / REJECTS).exists()
        except UnknownRecord:
            has_rejects = False
    return {"has_worker": not job.is_open or has_worker(settings()), "has_rejects": has_rejects}
