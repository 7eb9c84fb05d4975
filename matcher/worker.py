"""The worker: a process that does the jobs of one data folder. Huey wakes it, and keeps its hours.

Which jobs there are stands in the store alone; a message in huey's queue only says "look". So none can
be lost, and none is done twice.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from huey import SqliteHuey, crontab
from huey.api import TaskWrapper

from corpora.errors import Conflict, DataFolderTrouble
from corpora.files import trouble
from corpora.jobs import Jobs
from corpora.store import Store
from matcher.jobs import LOCK, recover, work
from matcher.settings import Settings

FILE_NAME = "queue.db"
#: How long a worker waits for one that is just going, in seconds.
_PATIENCE = 20
#: How long a job that cannot be broken off may go on once the worker is to stop, in seconds.
_GRACE = 10
#: Pauses before a worker that died is started again, in seconds.
_PAUSES = (1, 5, 30)

_log = logging.getLogger(__name__)


def ring(data: Path) -> None:
    """Wake the worker of the data folder, if there is one."""
    try:
        queue, look = _queue(data, lambda: None)
        queue.enqueue(look.s())
        queue.storage.close()
    except Exception:
        # The job is in the store; the worker looks every minute by itself.
        _log.warning("the worker could not be woken", exc_info=True)


def run(settings: Settings, ready: Callable[[], None] | None = None) -> None:
    """Work until SIGINT or SIGTERM; `ready` is called once the worker has begun.

    Raises Conflict where another worker has the data folder, DataFolderTrouble where there is none.
    """
    from matcher.tasks import TASKS

    Store(settings.data).close()
    try:
        with FileLock(settings.data / LOCK, timeout=_PATIENCE):
            recover(settings)
            queue, look = _queue(settings.data, lambda: work(settings, TASKS, consumer.stop_flag.is_set))
            _keep_hours(queue, settings, look.func)
            # What was rung before is said by one message: look.
            queue.storage.flush_queue()
            queue.enqueue(look.s())
            consumer = queue.create_consumer(
                workers=1, worker_type="thread", initial_delay=0.1, backoff=1.3, max_delay=1.0,
                shutdown_timeout=_GRACE, graceful_signal="TERM",
            )  # fmt: skip
            # Both signals let a job end in an orderly way.
            consumer._signal_actions[signal.SIGINT] = (False, True)
            if ready:
                ready()
            consumer.run()
    except Timeout as error:
        raise Conflict(
            f"数据文件夹 {settings.data} 已有一个后台程序在运行（可能由 matcher serve 启动）；不需要第二个",
            f"a worker is running for {settings.data} already (`matcher serve` starts one); no second is needed",
        ) from error
    except OSError as error:
        raise trouble(settings.data / LOCK, error) from error


def stop_with_parent() -> None:
    """Stop this process once its standard input ends: so a worker ends with the server, however that ended."""

    def wait() -> None:
        # Past Python's buffer, whose lock a thread that still waits would keep for ever.
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


@contextmanager
def kept_running(command: list[str]) -> Iterator[None]:
    """Run the worker `command` beside the block; start it again where it dies, stop it where the block ends."""
    is_over = threading.Event()
    child: subprocess.Popen[bytes] | None = None

    def keep() -> None:
        nonlocal child
        for attempt in range(sys.maxsize):
            if is_over.is_set():
                return
            # A session of its own, so that Ctrl-C reaches the server alone, which then stops its worker.
            child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
            status = child.wait()
            if child.stdin:
                child.stdin.close()
            if is_over.is_set():
                return
            pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
            _log.error("the worker ended with status %d and is started again in %d s", status, pause)
            is_over.wait(pause)

    keeper = threading.Thread(target=keep, name="worker", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(_GRACE + 5)
            except subprocess.TimeoutExpired:
                child.kill()
        keeper.join(5)


def _queue(data: Path, act: Callable[[], None]) -> tuple[SqliteHuey, TaskWrapper]:
    """Return the queue of the data folder, and the one task that it knows."""
    queue = SqliteHuey("shuanglian", filename=str(data / FILE_NAME), results=False, utc=False)

    def look() -> None:
        try:
            act()
        except DataFolderTrouble as error:
            _log.error("%s", error)

    return queue, queue.task(name="look")(look)


def _keep_hours(queue: SqliteHuey, settings: Settings, look: Callable[[], None]) -> None:
    """By the machine's clock: look every minute, tidy up and renew the map every night, write the digests every morning."""

    def daily(task: str, **arguments: bool) -> Callable[[], None]:
        def put() -> None:
            store = Store(settings.data)
            try:
                Jobs(store).add(task, arguments, "worker")
            finally:
                store.close()
            ring(settings.data)

        return put

    queue.periodic_task(crontab(minute="*"), name="minutely")(look)
    queue.periodic_task(crontab(hour="3", minute="10"), name="nightly")(daily("tidy"))
    queue.periodic_task(crontab(hour="3", minute="40"), name="map")(daily("map", if_stale=True))
    queue.periodic_task(crontab(hour="7", minute="30"), name="daily")(daily("digest"))
