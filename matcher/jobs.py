"""Long work in the background: asking for it, doing what is queued, and how a task and its job speak."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from filelock import FileLock, Timeout

from corpora.errors import DataFolderTrouble, ShuanglianError
from corpora.jobs import OPEN, Job, Jobs, State
from corpora.store import Store
from matcher.settings import Settings
from matcher.taxonomies import refresh

#: Held as long as a worker lives: whoever gets it knows that there is no other.
LOCK = "worker.lock"
#: A job that broke off its worker so often is given up.
MOST_ATTEMPTS = 3
#: Seconds between two signs of life; each is a write.
_BEAT = 0.5
#: What somebody sits and waits for.
_FIRST = ("preview", "roadshow", "programme", "import")

_log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody asked the job to stop."""


class Stopped(Exception):
    """The worker has to stop; the job waits for the next one."""


@dataclass(frozen=True)
class Outcome:
    """What a task came to, in one line of each language, and what its page shows."""

    zh: str
    en: str
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """What the worker can do. It may be broken off anywhere and begun again."""

    zh: str
    en: str
    do: Callable[[Run], Outcome]
    #: What is left when it is cancelled.
    cancelled_zh: str = "已取消"
    cancelled_en: str = "cancelled"


class Run:
    """A job that is being done: what the task may ask and say meanwhile."""

    def __init__(self, job: Job, settings: Settings, store: Store, is_stopping: Callable[[], bool]) -> None:
        self.job = job
        self.settings = settings
        self.store = store
        self._jobs = Jobs(store)
        self._is_stopping = is_stopping
        self._beaten = 0.0

    def progress(self, done: int = 0, total: int = 0) -> None:
        """Give a sign of life. Raises Cancelled or Stopped: leave everything as it was, and let it pass."""
        if self._is_stopping():
            raise Stopped
        if time.monotonic() - self._beaten < _BEAT:
            return
        with suppress(DataFolderTrouble):  # somebody writes for long; a missed beat ends no job
            if self._jobs.beat(self.job.id, done, total):
                raise Cancelled
        self._beaten = time.monotonic()

    def check(self) -> None:
        """Raises Cancelled where somebody asked the job to stop; within a transaction, nobody can any more."""
        if self._jobs.get(self.job.id).cancel_asked:
            raise Cancelled

    def say(self, zh: str, en: str) -> None:
        """Tell what the job is at."""
        self._jobs.say(self.job.id, zh, en)

    def end(self, outcome: Outcome) -> None:
        """End the job well; call it within the transaction that stores the outcome, so that both are kept or neither."""
        self._jobs.finish(self.job.id, State.DONE, outcome.zh, outcome.en, outcome.result)


def ask(
    store: Store,
    settings: Settings,
    task: str,
    arguments: Mapping[str, Any],
    who: str,
    unless: Sequence[State] = OPEN,
) -> Job:
    """Queue a job and wake the worker; where the same job is in a state of `unless`, return that one."""
    from matcher.worker import ring

    job, is_new = Jobs(store).add(task, arguments, who, unless)
    if is_new:
        ring(settings.data)
    return job


def has_worker(settings: Settings) -> bool:
    """Return whether a worker is there to do what is queued."""
    try:
        with FileLock(settings.data / LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def recover(settings: Settings) -> None:
    """Queue again what a worker that is gone left behind; for the worker that has the lock."""
    store = Store(settings.data)
    try:
        for job in Jobs(store).recover(MOST_ATTEMPTS):
            _log.warning("job %d (%s) was broken off", job.id, job.task)
    finally:
        store.close()


def work(settings: Settings, tasks: Mapping[str, Task], is_stopping: Callable[[], bool]) -> None:
    """Do what is queued, one after the other, until nothing is, or the worker is to stop."""
    store = Store(settings.data)
    try:
        while not is_stopping():
            job = Jobs(store).take(_FIRST)
            if job is None:
                return
            refresh(store)
            _do(Run(job, settings, store, is_stopping), tasks)
    finally:
        store.close()


def _do(run: Run, tasks: Mapping[str, Task]) -> None:
    job, jobs = run.job, Jobs(run.store)
    _log.info("job %d (%s) begins", job.id, job.task)
    task = tasks.get(job.task)
    try:
        if task is None:
            raise DataFolderTrouble(
                f"后台程序不认识“{job.task}”这种任务；请升级程序后重启",
                f"the worker knows no task '{job.task}'; upgrade and restart it",
            )
        outcome = task.do(run)
        jobs.finish(job.id, State.DONE, outcome.zh, outcome.en, outcome.result)
    except Stopped:
        jobs.put_back(job.id)
    except Cancelled:
        assert task is not None
        jobs.finish(job.id, State.CANCELLED, task.cancelled_zh, task.cancelled_en, {})
    except ShuanglianError as error:
        jobs.finish(job.id, State.FAILED, error.zh, error.en, {})
    except Exception as error:
        # Whatever it is, the next job shall be done; the log has what people need not see.
        fault = uuid.uuid4().hex[:12]
        _log.error("fault %s in job %d (%s)", fault, job.id, job.task, exc_info=error)
        jobs.finish(
            job.id, State.FAILED, f"内部错误，编号 {fault}；请把编号告诉管理员",
            f"internal error, id {fault}; tell the id to an admin", {"fault": fault},
        )  # fmt: skip
    _log.info("job %d (%s) is over", job.id, job.task)
