"""The worker's inside: what becomes of a job whose task does well, fails, is cancelled or is stopped."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from filelock import FileLock

from corpora.errors import UnreadableFile
from corpora.jobs import Job, Jobs, State
from corpora.store import Store
from matcher.jobs import Outcome, Run, Task, ask, has_worker, work
from matcher.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Store.create(tmp_path).close()
    return Settings(data=tmp_path)


def do(settings: Settings, task: Task | None, is_stopping: bool = False) -> Job:
    """Ask for a job and work until nothing waits; return the job as it is then."""
    store = Store(settings.data)
    job = ask(store, settings, "task", {}, "甲")
    looks = iter([False])
    work(settings, {"task": task} if task else {}, lambda: next(looks, is_stopping))
    shown = Jobs(store).get(job.id)
    store.close()
    return shown


def test_a_task_that_does_well_is_done(settings: Settings) -> None:
    def well(run: Run) -> Outcome:
        run.progress(1, 2)
        return Outcome("成了", "it worked", {"n": 1})

    job = do(settings, Task("做", "do", well))
    assert (job.state, job.zh, job.en, job.result, job.total) == (
        State.DONE,
        "成了",
        "it worked",
        {"n": 1},
        2,
    )


def test_what_people_can_mend_is_told_in_words(settings: Settings) -> None:
    def fail(_: Run) -> Outcome:
        raise UnreadableFile("文件空的；请换一个", "the file is empty; send another")

    job = do(settings, Task("做", "do", fail))
    assert (job.state, job.zh, job.en) == (
        State.FAILED,
        "文件空的；请换一个",
        "the file is empty; send another",
    )


def test_a_fault_shows_an_id_and_the_log_has_the_rest(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Run) -> Outcome:
        raise ValueError("the secret number is 7")

    with caplog.at_level(logging.ERROR):
        job = do(settings, Task("做", "do", fail))
    assert job.state is State.FAILED
    assert "secret" not in job.zh + job.en + str(job.result)
    assert job.result["fault"] in job.zh
    assert job.result["fault"] in caplog.text
    assert "the secret number is 7" in caplog.text


def test_a_cancelled_task_says_what_is_left(settings: Settings) -> None:
    def cancelled(run: Run) -> Outcome:
        Jobs(run.store).ask_to_cancel(run.job.id)
        run.progress(1, 2)
        raise AssertionError("it went on")

    job = do(settings, Task("做", "do", cancelled, "取消了，什么也没存", "cancelled, nothing stored"))
    assert (job.state, job.zh) == (State.CANCELLED, "取消了，什么也没存")


def test_a_stopping_worker_leaves_the_job_to_the_next(settings: Settings) -> None:
    def long(run: Run) -> Outcome:
        run.progress(1, 2)
        raise AssertionError("it went on")

    job = do(settings, Task("做", "do", long), is_stopping=True)
    assert job.state is State.QUEUED


def test_a_task_of_a_later_version_fails_in_words(settings: Settings) -> None:
    job = do(settings, None)
    assert job.state is State.FAILED
    assert "task" in job.en


def test_a_fault_does_not_stop_the_next_job(settings: Settings) -> None:
    def fail(_: Run) -> Outcome:
        raise ValueError

    store = Store(settings.data)
    jobs = [ask(store, settings, "task", {"n": number}, "甲") for number in range(2)]
    work(settings, {"task": Task("做", "do", fail)}, lambda: False)
    assert [Jobs(store).get(job.id).state for job in jobs] == [State.FAILED] * 2


def test_whether_a_worker_is_there_is_known(settings: Settings) -> None:
    assert not has_worker(settings)
    with FileLock(settings.data / "worker.lock"):
        assert has_worker(settings)
    assert not has_worker(settings)
