"""The shapes of roadshows."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict

from api.v1.shapes import Given, Page
from api.v1.values import Number, whole
from corpora.roadshows import State
from matcher.roadshow.running.keeping import MOST_SECONDS, MOST_SEED


class RoadshowPath(BaseModel):
    roadshow_id: int = Field(ge=1, examples=[1], description="路演编号 / number of the roadshow")


class RoadshowsQuery(Given):
    state: State | None = None
    page: Annotated[int, Field(ge=1, le=100_000), Number] = 1
    per_page: Annotated[int, Field(ge=1, le=100), Number] = 20


class PlanQuery(Given):
    draft: Annotated[
        bool,
        Field(description="要草案，不要已发布的（须有 roadshows 权限） / the draft, not what was published"),
    ] = False


class RoadshowGiven(Given):
    """A roadshow to be planned: its SPEC, as `matcher roadshow template` writes it, but without an affinity file."""

    spec: dict[str, Any] = Field(
        description="SPEC；键见 `matcher roadshow schema` / its keys are those of `matcher roadshow schema`",
        examples=[{
            "title": "新材料专场", "date": "2026-12-11",
            "sessions": [{"kind": "meetings", "start": "14:00", "end": "17:00", "tables": 12}],
        }],
    )  # fmt: skip
    plan: Annotated[bool, Strict()] = Field(default=True, description="随即排 / plan it at once")
    seed: Annotated[int, Field(ge=0, le=MOST_SEED), BeforeValidator(whole)] = 0
    time_limit: Annotated[int, Field(ge=1, le=MOST_SECONDS), BeforeValidator(whole)] = Field(
        default=60, description="最多算几秒 / seconds to plan for"
    )


class RoadshowShape(BaseModel):
    """A roadshow (路演)."""

    id: int
    title: str
    date: str
    kind: str = Field(description="event、visits")
    state: State
    public: bool
    version: int
    owner: str
    created_at: str
    updated_at: str
    published_at: str | None


class RoadshowPage(Page):
    items: list[RoadshowShape]


class JobShape(BaseModel):
    id: int
    state: str
    zh: str
    en: str


class RoadshowInFull(RoadshowShape):
    plan: dict[str, Any] | None = Field(
        description="plan.json；没有则为 null / as plan.json has it; null: there is none"
    )
    attempt: dict[str, Any] | None = Field(
        description="最近一次排的结果与解释，只给有 roadshows 权限的 / how the latest planning went, for the scope roadshows"
    )
    job: JobShape | None = Field(description="最近一次排的任务 / the job of the latest planning")


class RoadshowMade(RoadshowShape):
    job: int | None = Field(description="后台任务的编号 / number of the job that plans it")


class PlanShape(BaseModel):
    """A plan, as plan.json has it; those who may only see what is public get less of it."""

    title: str
    date: str
    agenda: list[dict[str, Any]]
    meetings: list[dict[str, Any]]
    visits: list[dict[str, Any]]

    model_config = ConfigDict(extra="allow")
