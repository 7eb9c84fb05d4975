"""Jobs: one state at a time, none twice, and what a worker left behind is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import UnknownRecord
from corpora.jobs import OPEN, Jobs, State
from corpora.store import Store


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(Store.create(tmp_path))


def test_the_same_job_is_queued_once_while_it_is_open(jobs: Jobs) -> None:
    first, is_new = jobs.add("import", {"upload": "a", "x": 1}, "甲")
    again, is_new_again = jobs.add("import", {"x": 1, "upload": "a"}, "乙")
    other, _ = jobs.add("import", {"upload": "b"}, "乙")
    assert (is_new, is_new_again, again) == (True, False, first)
    assert other.id != first.id
    assert jobs.take()
    jobs.finish(first.id, State.DONE, "好", "well", {"rows": 3})
    assert jobs.add("import", {"upload": "a", "x": 1}, "丙", (*OPEN, State.DONE))[0].id == first.id
    assert jobs.add("import", {"upload": "a", "x": 1}, "丙")[1]


def test_jobs_are_taken_in_order_and_those_that_somebody_waits_for_first(jobs: Jobs) -> None:
    for task in ("learn", "index", "import"):
        jobs.add(task, {}, "甲")
    taken = [jobs.take(("preview", "import")) for _ in range(4)]
    assert [job.task if job else None for job in taken] == ["import", "learn", "index", None]


def test_a_job_tells_how_far_it_is_and_what_came_of_it(jobs: Jobs) -> None:
    job, _ = jobs.add("import", {}, "甲")
    jobs.take()
    assert jobs.beat(job.id, 30, 100) is False
    jobs.say(job.id, "正在\n读", "reading")
    shown = jobs.get(job.id)
    assert (shown.state, shown.done, shown.total, shown.zh, shown.en) == (State.RUNNING, 30, 100, "正在 读", "reading")  # fmt: skip
    jobs.finish(job.id, State.DONE, "好", "well", {"rows": [1]})
    shown = jobs.get(job.id)
    assert (shown.state, shown.done, shown.zh, shown.result, shown.is_open) == (State.DONE, 100, "好", {"rows": [1]}, False)  # fmt: skip
    # What is over stays as it is.
    jobs.finish(job.id, State.FAILED, "坏", "ill", {})
    assert jobs.ask_to_cancel(job.id).state is State.DONE


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked(jobs: Jobs) -> None:
    one, _ = jobs.add("import", {"n": 1}, "甲")
    two, _ = jobs.add("import", {"n": 2}, "甲")
    jobs.take()
    assert jobs.ask_to_cancel(two.id).state is State.CANCELLED
    assert jobs.ask_to_cancel(one.id).state is State.RUNNING
    assert jobs.beat(one.id, 1, 2) is True
    assert jobs.take() is None
    with pytest.raises(UnknownRecord):
        jobs.ask_to_cancel(99)


def test_what_a_dead_worker_left_is_queued_again_but_not_for_ever(jobs: Jobs) -> None:
    job, _ = jobs.add("learn", {}, "甲")
    for attempt in range(3):
        taken = jobs.take()
        assert taken
        assert taken.result == {"attempts": attempt + 1}
        jobs.recover(3)
    left = jobs.get(job.id)
    assert left.state is State.FAILED
    assert "3" in left.zh
    assert jobs.take() is None


def test_an_orderly_stop_does_not_count_as_an_attempt(jobs: Jobs) -> None:
    job, _ = jobs.add("learn", {}, "甲")
    for _ in range(5):
        assert jobs.take()
        jobs.put_back(job.id)
        assert jobs.recover(3) == []
    assert jobs.get(job.id).state is State.QUEUED


def test_a_job_that_was_to_be_cancelled_is_not_begun_again(jobs: Jobs) -> None:
    job, _ = jobs.add("learn", {}, "甲")
    jobs.take()
    jobs.ask_to_cancel(job.id)
    jobs.recover(3)
    assert jobs.get(job.id).state is State.CANCELLED


def test_old_jobs_are_forgotten_and_open_ones_are_not(jobs: Jobs) -> None:
    done, _ = jobs.add("index", {}, "甲")
    jobs.take()
    jobs.finish(done.id, State.DONE, "", "", {})
    waiting, _ = jobs.add("index", {}, "甲")
    assert jobs.forget("2000-01-01T00:00:00+00:00") == 0
    assert jobs.forget("9999-01-01T00:00:00+00:00") == 1
    assert [job.id for job in jobs.latest()] == [waiting.id]
