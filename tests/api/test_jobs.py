"""The pages of jobs: who sees them, what they say, and that polling ends."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from filelock import FileLock
from flask.testing import FlaskClient

from corpora.jobs import Jobs, State
from corpora.store import Store
from matcher.jobs import Outcome, Run, Task, work
from matcher.settings import Settings
from tests.api.browsing import post

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def jobs(installation: Settings) -> Jobs:
    """The installation's jobs, all done with."""
    found = Jobs(Store(installation.data))
    for job in found.latest(200):
        found.ask_to_cancel(job.id)
    found.recover(1)
    return found


def running(jobs: Jobs, task: str = "learn") -> int:
    job, _ = jobs.add(task, {}, "broker")
    jobs.take()
    return job.id


@pytest.mark.parametrize("path", ["/jobs", "/jobs/1", "/jobs/1/status", "/jobs/1/rejects"])
def test_jobs_are_for_those_who_import(visitor: FlaskClient, logged_in: LogIn, path: str) -> None:
    assert visitor.get(path).location.startswith("/login")
    for name in ("enterprise", "organizer", "bureau"):
        assert logged_in(name).get(path).status_code == 403
    for name in ("broker", "admin"):
        assert logged_in(name).get(path).status_code in (200, 404)


def test_a_job_is_started_once_by_whoever_presses(logged_in: LogIn, jobs: Jobs) -> None:
    one = post(logged_in("broker"), "/jobs/start", {"task": "learn"})
    two = post(logged_in("admin"), "/jobs/start", {"task": "learn"})
    assert one.status_code == 302
    assert one.location == two.location
    assert post(logged_in("broker"), "/jobs/start", {"task": "import"}).status_code == 400
    assert logged_in("broker").post("/jobs/start", data={"task": "index"}).status_code == 400


def test_a_running_job_shows_how_far_it_is_and_asks_again(logged_in: LogIn, jobs: Jobs) -> None:
    number = running(jobs)
    jobs.beat(number, 30, 120)
    client = logged_in("broker")
    page = client.get(f"/jobs/{number}").text
    assert 'max="120" value="30"' in page
    assert "hx-trigger" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    jobs.finish(number, State.FAILED, "标注太少；请先再标注一些", "too few judgements", {})
    part = client.get(f"/jobs/{number}/status", headers={"HX-Request": "true"}).text
    assert "标注太少" in part
    assert "hx-trigger" not in part
    assert "<html" not in part
    assert "http-equiv" not in client.get(f"/jobs/{number}").text


def test_a_missing_worker_is_told_of(logged_in: LogIn, jobs: Jobs, installation: Settings) -> None:
    client = logged_in("broker")
    assert "matcher worker" in client.get("/jobs").text
    with FileLock(installation.data / "worker.lock"):
        assert "matcher worker" not in client.get("/jobs").text


def test_cancelling_is_by_a_form_and_is_written_down(logged_in: LogIn, jobs: Jobs) -> None:
    number = running(jobs)
    client = logged_in("broker")
    assert client.get(f"/jobs/{number}/cancel").status_code == 405
    assert post(client, f"/jobs/{number}/cancel", {}).status_code == 302
    assert jobs.get(number).cancel_asked
    assert "正在停下来" in client.get(f"/jobs/{number}").text
    assert post(client, "/jobs/99999/cancel", {}).status_code == 404


def test_a_fault_shows_its_id_in_the_page_s_language(
    logged_in: LogIn, jobs: Jobs, installation: Settings
) -> None:
    def fail(_: Run) -> Outcome:
        raise ZeroDivisionError("secret")

    job, _ = jobs.add("learn", {}, "broker")
    work(installation, {"learn": Task("学", "learn", fail)}, lambda: False)
    client = logged_in("broker")
    page = client.get(f"/jobs/{job.id}").text
    fault = jobs.get(job.id).result["fault"]
    assert fault in page
    assert "ZeroDivisionError" not in page
    assert "secret" not in page
    client.get("/language/en", headers={"Referer": f"http://localhost/jobs/{job.id}"})
    assert f"internal error, id {fault}" in client.get(f"/jobs/{job.id}").text


def test_the_verdict_of_learning_is_shown_with_its_interval(logged_in: LogIn, jobs: Jobs) -> None:
    number = running(jobs)
    scores = {"ranked_probability_score": 0.26, "mae": 0.36, "contest": 0.73}
    result = {
        "better": True, "switched": True, "judgements": 394, "needs": 96, "before": scores, "after": scores,
        "gain": 0.0123, "gain_low": 0.0042, "gain_high": 0.0204, "raised": 3, "lowered": 1,
    }  # fmt: skip
    jobs.finish(number, State.DONE, "确实更好", "better", result)
    page = logged_in("broker").get(f"/jobs/{number}").text
    assert "+0.0123，95% 区间 +0.0042 到 +0.0204" in page


def test_the_listing_is_paged(logged_in: LogIn, jobs: Jobs) -> None:
    for number in range(35):
        jobs.add("import", {"upload": str(number)}, "broker")
    client = logged_in("broker")
    page = client.get("/jobs").text
    older = re.search(r"/jobs\?before=\d+", page)
    assert older
    assert client.get(older[0]).status_code == 200
    for nonsense in ("x", "-1", "9" * 30):
        assert client.get(f"/jobs?before={nonsense}").status_code == 200
