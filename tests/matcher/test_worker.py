"""The worker as a process: it is woken, survives being killed, and ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpora.jobs import Job, Jobs, State
from corpora.store import Store
from matcher import previews, uploads
from matcher.settings import Settings
from matcher.worker import kept_running

COMMAND = [sys.executable, "-m", "matcher", "worker"]
#: Organizations are not encoded, so that an import is all that the worker has to do.
ROWS = 8000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Store.create(tmp_path).close()
    return Settings(data=tmp_path)


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    begun: list[subprocess.Popen[bytes]] = []

    def run(*options: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "MATCHER_DATA": str(settings.data)}
        process = subprocess.Popen(
            [*COMMAND, *options], env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        begun.append(process)
        return process

    yield run
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        for pipe in (process.stdin, process.stderr):
            assert pipe
            pipe.close()


def until(settings: Settings, job_id: int, holds: Callable[[Job], bool], seconds: float = 60) -> Job:
    store = Store(settings.data)
    end = time.monotonic() + seconds
    try:
        while not holds(job := Jobs(store).get(job_id)):
            assert time.monotonic() < end, job
            time.sleep(0.02)
        return job
    finally:
        store.close()


def ask_for_import(settings: Settings, count: int) -> int:
    """Upload so many organizations, and ask for their import without a look at them."""
    rows = (f"示例企业{number}（示例）" for number in range(count))
    path = settings.data / "机构.jsonl"
    path.write_text(
        "".join(json.dumps({"机构名称": row}, ensure_ascii=False) + "\n" for row in rows), "utf-8"
    )
    store = Store(settings.data)
    with path.open("rb") as stream:
        upload = uploads.receive(settings, [("机构.jsonl", stream)], None, "甲")
    upload.is_read = True
    upload.save(settings)
    job = previews.commit(store, settings, upload, "甲")
    store.close()
    return job.id


def test_a_worker_that_is_killed_amid_an_import_finishes_it_when_it_is_started_again(
    settings: Settings, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    job_id = ask_for_import(settings, ROWS)
    first = start()
    until(settings, job_id, lambda job: job.state is State.RUNNING and job.done > 0)
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    store = Store(settings.data)
    assert store.counts()["organizations"] == 0
    assert Jobs(store).get(job_id).state is State.RUNNING
    start()
    job = until(settings, job_id, lambda job: not job.is_open)
    assert job.state is State.DONE
    assert job.result["rows"] == {
        "accepted": ROWS,
        "updated": 0,
        "unchanged": 0,
        "duplicates": 0,
        "rejected": 0,
    }
    assert store.counts()["organizations"] == ROWS
    store.close()


def test_an_import_that_is_cancelled_stores_nothing(
    settings: Settings, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    job_id = ask_for_import(settings, ROWS)
    start()
    until(settings, job_id, lambda job: job.state is State.RUNNING and job.done > 0)
    store = Store(settings.data)
    Jobs(store).ask_to_cancel(job_id)
    job = until(settings, job_id, lambda job: not job.is_open)
    assert (job.state, store.counts()["organizations"]) == (State.CANCELLED, 0)
    assert "没有导入" in job.zh
    store.close()


def test_a_worker_stops_when_it_is_told_and_leaves_its_job_queued(
    settings: Settings, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    job_id = ask_for_import(settings, ROWS)
    worker = start()
    until(settings, job_id, lambda job: job.state is State.RUNNING and job.done > 0)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert until(settings, job_id, lambda _: True).state is State.QUEUED


def test_a_worker_ends_with_its_server_and_a_second_one_is_refused(
    settings: Settings, start: Callable[..., subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = start("--until-eof")
    assert worker.stderr
    assert "ready" in worker.stderr.readline().decode()
    import matcher.worker

    monkeypatch.setattr(matcher.worker, "_PATIENCE", 0.1)
    with pytest.raises(Exception, match="a worker is running"):
        matcher.worker.run(settings)
    assert worker.stdin
    worker.stdin.close()
    assert worker.wait(20) == 0


def test_a_worker_that_dies_is_started_again_and_ends_with_the_block(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = f"import os, time; open({str(log)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(60)"

    def started(count: int) -> int:
        end = time.monotonic() + 20
        while not log.exists() or len(log.read_text().split()) < count:
            assert time.monotonic() < end
            time.sleep(0.05)
        return int(log.read_text().split()[-1])

    with kept_running([sys.executable, "-c", program]):
        os.kill(started(1), signal.SIGKILL)
        second = started(2)
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
