"""The programme of the year that was proposed last: worked out by the worker, and kept in the data folder.

It can be proposed anew from the store at any time, so no backup has it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from corpora.database import now
from corpora.files import replacing
from corpora.jobs import Job, Jobs
from corpora.store import Store
from matcher import jobs
from matcher.jobs import Outcome, Run
from matcher.roadshow.specs.reading import as_yaml, spec_from
from matcher.roadshow.year.programme import MOST, check_numbers, propose
from matcher.settings import Settings

FILE_NAME = "programme.json"
TASK = "programme"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """A programme as its as_json says it, when it was proposed, and what was asked: count, most, start."""

    made_at: str
    asked: Mapping[str, Any]
    programme: Mapping[str, Any]

    def yaml(self, number: int) -> str:
        """Return the SPEC of the event at that place, as text."""
        return as_yaml(spec_from(self.programme["proposals"][number]["spec"]))


def ask_for_programme(
    store: Store, settings: Settings, who: str, count: int, start: date | None = None, most: int = MOST
) -> Job:
    """Queue a proposal of `count` events; see `propose`. Raises BadRequest for numbers out of range."""
    check_numbers(count, most)
    arguments = {"count": count, "most": most, "start": start.isoformat() if start else ""}
    return jobs.ask(store, settings, TASK, arguments, who)


def programme_job(store: Store) -> Job | None:
    """Return the latest proposal, whether it waits, is worked out or is over."""
    return Jobs(store).latest_of(TASK)


def propose_programme(run: Run) -> Outcome:
    """Propose the programme that the job asks for, and keep it in place of the one before."""
    from matcher.service import Service

    asked = run.job.arguments
    run.say("正在看哪些需求有合适的成果", "finding which needs have achievements that fit")
    service = Service(run.settings)
    try:
        start = date.fromisoformat(asked["start"]) if asked["start"] else None
        made = propose(service, asked["count"], start, most=asked["most"], progress=run.progress)
    finally:
        service.close()
    run.check()
    said = {"made_at": now(), "asked": asked, "programme": made.as_json()}
    with replacing(_path(run.settings)) as stream:
        stream.write(json.dumps(said, ensure_ascii=False).encode())
    events, served = len(made.proposals), made.served
    return Outcome(
        f"{events} 场，{made.needs} 项需求中顾到 {served} 项",
        f"{events} events serve {served} of {made.needs} needs",
        {"events": events, "needs": made.needs, "served": served},
    )


def kept_programme(settings: Settings) -> Kept | None:
    """Return the programme that was proposed last, None where there is none."""
    path = _path(settings)
    try:
        said = json.loads(path.read_bytes())
        return Kept(said["made_at"], said["asked"], said["programme"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        # It is proposed anew by a button, which writes over it.
        _log.warning("%s cannot be read", path, exc_info=True)
        return None


def _path(settings: Settings) -> Path:
    return settings.data / FILE_NAME
