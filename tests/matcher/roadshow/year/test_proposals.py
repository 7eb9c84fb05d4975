"""The programme that was proposed last: worked out by the worker, kept in the data folder, and read back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpora.errors import BadRequest
from corpora.jobs import Jobs, State
from corpora.store import FILE_NAME, Store
from matcher.jobs import Cancelled, Run, work
from matcher.roadshow.specs.reading import spec_from_text
from matcher.roadshow.year.programme import propose
from matcher.roadshow.year.proposals import (
    FILE_NAME as KEPT,
)
from matcher.roadshow.year.proposals import (
    ask_for_programme,
    kept_programme,
    programme_job,
    propose_programme,
)
from matcher.service import Service
from matcher.settings import Settings
from matcher.tasks import TASKS


@pytest.fixture
def settings(demo: Service, tmp_path: Path) -> Settings:
    demo.store.copy_to(tmp_path / FILE_NAME)
    shutil.copytree(demo.settings.data / "indexes", tmp_path / "indexes")
    return demo.settings.model_copy(update={"data": tmp_path})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store(settings.data)
    yield opened
    opened.close()


def test_a_programme_is_proposed_and_kept(store: Store, settings: Settings, demo: Service) -> None:
    assert kept_programme(settings) is None
    assert programme_job(store) is None
    job = ask_for_programme(store, settings, "org", 3, date(2027, 1, 1))
    # Asked for twice, it is done once.
    assert ask_for_programme(store, settings, "org", 3, date(2027, 1, 1)).id == job.id
    work(settings, TASKS, lambda: False)
    job = Jobs(store).get(job.id)
    assert (job.state, job.total) == (State.DONE, job.done), job
    assert job.result["events"] == 3
    kept = kept_programme(settings)
    assert kept
    assert kept.asked["start"] == "2027-01-01"
    assert kept.programme == propose(demo, 3, date(2027, 1, 1)).as_json()
    assert spec_from_text(kept.yaml(0)).title == kept.programme["proposals"][0]["title"]


def test_what_was_proposed_stays_where_another_is_cancelled(store: Store, settings: Settings) -> None:
    ask_for_programme(store, settings, "org", 2)
    work(settings, TASKS, lambda: False)
    before = (settings.data / KEPT).read_bytes()
    ask_for_programme(store, settings, "org", 4)
    job = Jobs(store).take()
    assert job
    Jobs(store).ask_to_cancel(job.id)
    with pytest.raises(Cancelled):
        propose_programme(Run(job, settings, store, lambda: False))
    assert (settings.data / KEPT).read_bytes() == before
    latest = programme_job(store)
    assert latest
    assert latest.id == job.id


def test_numbers_out_of_range_are_refused_before_anything_is_queued(store: Store, settings: Settings) -> None:
    for count, most in ((0, 60), (49, 60), (12, 1)):
        with pytest.raises(BadRequest):
            ask_for_programme(store, settings, "org", count, most=most)
    assert Jobs(store).latest() == []


def test_a_file_that_is_no_programme_is_as_none(settings: Settings) -> None:
    for text in ("", "[]", "{", '{"made_at": 1}'):
        (settings.data / KEPT).write_text(text)
        assert kept_programme(settings) is None
