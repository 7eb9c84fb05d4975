"""Previews: what an import of an upload would do with every row, for a person to look at before.

It is worked out by the planner that the import uses too, and nothing of it is in the store.
"""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import AcquireReturnProxy, FileLock, Timeout

from corpora.errors import BadRequest, Conflict, ShuanglianError
from corpora.files import replacing
from corpora.jobs import OPEN, Job, Jobs, State
from corpora.readers.headings import check_overrides
from corpora.store import Store
from corpora.vocabulary import Kind
from matcher import jobs
from matcher.plans import Fate, FilePlan, PlannedRow, Planner, Progress
from matcher.settings import Settings
from matcher.uploads import Part, Upload, load

REJECTS = "rejects.xlsx"
PAGE = 200
#: Beyond so many bytes a preview is made in the background.
AT_ONCE = 256 * 2**10
_ROWS, _LOCK = "rows.jsonl", "lock"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PreviewRow:
    """A row as the preview shows it; see PlannedRow. `rejections` are (column, value, reason)."""

    #: Its place among the upload's files.
    file: int
    kind: Kind
    sheet: str
    number: int
    fate: Fate
    id: str
    label: str
    changes: dict[str, Any]
    original_id: str
    #: What the record that it resembles is called.
    original: str
    similarity: float
    repeats: int
    rejections: list[tuple[str, str, str]]


def read(store: Store, settings: Settings, upload: Upload) -> None:
    """Work out the preview: here and now where the files are small, else in the background by a job.

    Raises Conflict where that is going on already.
    """
    paths = [upload.path(settings, file) for file in upload.files]
    if sum(path.stat().st_size for path in paths if path.exists()) > AT_ONCE:
        jobs.ask(store, settings, "preview", {"upload": upload.token}, upload.who)
    else:
        prepare(store, settings, upload.token)


def prepare(store: Store, settings: Settings, token: str, progress: Progress | None = None) -> Upload:
    """Work out what would become of every row, and write it down.

    Raises UnknownRecord for an upload that was discarded, Conflict where somebody is at it already.
    """
    folder = load(settings, token).folder(settings)
    with _alone(folder), replacing(folder / _ROWS) as stream:
        upload = load(settings, token)
        planner = Planner(store)
        labels: dict[tuple[Kind, str], str] = {}
        for number, plans in plan_files(settings, upload, planner, progress):
            upload.files[number].parts = [
                Part(kind=plan.kind, counts={fate: plan.count(fate) for fate in Fate}, unknown=plan.unknown)
                for plan in plans
            ]
            for plan in plans:
                labels |= {(plan.kind, row.id): row.label for row in plan.rows if row.id}
                names = _names(store, plan, labels)
                for row in plan.rows:
                    stream.write(_line(number, plan.kind, row, names.get(row.original_id, "")))
        upload.is_read = True
        upload.save(settings)
    return upload


def plan_files(
    settings: Settings, upload: Upload, planner: Planner, progress: Progress | None = None
) -> Iterator[tuple[int, list[FilePlan]]]:
    """Yield the number and the plans of each file in turn; one that cannot be read gets an error and no plan."""
    for number, file in enumerate(upload.files):
        path = upload.path(settings, file)
        if not path.exists():
            continue
        planner.progress = _share(progress, number, len(upload.files))
        file.error, file.parts = None, []
        try:
            plans = planner.plan(path, file.kind, file.overrides)
        except (jobs.Cancelled, jobs.Stopped):
            raise
        except ShuanglianError as error:
            file.error = (error.zh, error.en)
        except Exception as error:
            # A file that its reader stumbles over must not cost the others.
            fault = uuid.uuid4().hex[:12]
            _log.error("fault %s in an upload", fault, exc_info=error)
            file.error = (
                f"读不了，内部错误编号 {fault}；请把文件和编号交给管理员",
                f"it cannot be read, fault {fault}; give the file and this id to an admin",
            )
        else:
            yield number, plans


def rows(settings: Settings, upload: Upload, fate: Fate | None = None, page: int = 1) -> list[PreviewRow]:
    """Return a page of the preview's rows, those of one fate or all, in the order of the files."""
    try:
        with (upload.folder(settings) / _ROWS).open("rb") as stream:
            mark = f"{fate}\t".encode() if fate else b""
            lines = (line for line in stream if line.startswith(mark))
            return [_row(line) for line in islice(lines, (page - 1) * PAGE, page * PAGE)]
    except FileNotFoundError:
        return []


def reread(
    store: Store,
    settings: Settings,
    upload: Upload,
    number: int,
    kind: Kind | None,
    overrides: Mapping[str, str],
) -> None:
    """Read the upload anew, with what a person said of its file `number`: its kind, and what headings mean.

    Raises BadRequest for a field or a file that there is not, Conflict where it is too late.
    """
    check_overrides(overrides)
    if not 0 <= number < len(upload.files):
        raise BadRequest("没有这个文件；请刷新页面", "there is no such file; reload the page")
    _refuse_once_asked(store, upload)
    with _alone(upload.folder(settings)):
        upload = load(settings, upload.token)
        file = upload.files[number]
        # A heading that was left as it is asks for nothing.
        file.kind, file.overrides = kind, {name: value for name, value in overrides.items() if value}
        upload.is_read = False
        upload.save(settings)
    read(store, settings, upload)


def commit(store: Store, settings: Settings, upload: Upload, who: str) -> Job:
    """Ask for the import; whoever asks once more is led to the same job.

    Raises BadRequest where there is nothing to import.
    """
    if not upload.is_read:
        raise BadRequest("还没有读完；请等预览出来再导入", "not read yet; wait for the preview")
    if all(file.error for file in upload.files):
        raise BadRequest(
            "没有读得了的文件，无可导入；请改好后重新上传", "no file can be read; mend them and upload again"
        )
    return jobs.ask(store, settings, "import", {"upload": upload.token}, who, unless=(*OPEN, State.DONE))


def asked_job(store: Store, upload: Upload) -> Job | None:
    """Return the import of this upload that is open or done."""
    job = Jobs(store).of("import", {"upload": upload.token})
    return job if job and (job.is_open or job.state is State.DONE) else None


def discard(store: Store, settings: Settings, upload: Upload) -> None:
    """Delete the upload. Raises Conflict where its import has been asked for."""
    _refuse_once_asked(store, upload)
    shutil.rmtree(upload.folder(settings), ignore_errors=True)


def reason_parts(reason: str) -> tuple[str, str]:
    """Part a reason "中文 / English" into its two; either may quote a value that holds the mark itself."""
    parts = reason.split(" / ")
    if len(parts) % 2:
        return reason, reason
    half = len(parts) // 2
    return " / ".join(parts[:half]), " / ".join(parts[half:])


def _refuse_once_asked(store: Store, upload: Upload) -> None:
    job = asked_job(store, upload)
    if job:
        raise Conflict(
            f"{job.who} 已提交导入这次上传（任务 {job.id}）；请到任务页查看",
            f"{job.who} has asked for this import already (job {job.id}); see its page",
        )


def _alone(folder: Path) -> AcquireReturnProxy[FileLock]:
    """Keep others from the upload in `folder` while the block runs. Raises Conflict."""
    try:
        return FileLock(folder / _LOCK).acquire(timeout=5)
    except Timeout as error:
        raise Conflict(
            "这次上传正在读取；请稍候再试", "this upload is just being read; wait and try again"
        ) from error


def _share(progress: Progress | None, number: int, count: int) -> Progress | None:
    """Return a progress for file `number` of `count`; of the whole, each file is a thousand."""
    if progress is None:
        return None
    return lambda done, total: progress(1000 * number + 1000 * done // max(total, 1), 1000 * count)


def _names(store: Store, plan: FilePlan, labels: Mapping[tuple[Kind, str], str]) -> dict[str, str]:
    """Return what the records are called that rows of the plan resemble."""
    wanted = {row.original_id for row in plan.rows if row.original_id}
    names = {each: labels[plan.kind, each] for each in wanted if (plan.kind, each) in labels}
    missing = sorted(wanted - names.keys())
    return names | {record.id: record.label for record in store.records(plan.kind, missing)}


def _line(number: int, kind: Kind, row: PlannedRow, original: str) -> bytes:
    shown = {
        "file": number, "kind": kind, "sheet": row.sheet, "number": row.number, "fate": row.fate, "id": row.id,
        "label": row.label, "changes": row.changes, "original_id": row.original_id, "original": original,
        "similarity": row.similarity, "repeats": row.repeats,
        "rejections": [(one.column, one.value, one.reason) for one in row.rejections],
    }  # fmt: skip
    return f"{row.fate}\t{json.dumps(shown, ensure_ascii=False)}\n".encode("utf-8", "replace")


def _row(line: bytes) -> PreviewRow:
    said = json.loads(line.split(b"\t", 1)[1])
    return PreviewRow(**said | {"kind": Kind(said["kind"]), "fate": Fate(said["fate"])})
