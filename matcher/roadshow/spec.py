"""The SPEC of a roadshow: what its organizer wants, as a checked model (路演)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, get_args
from unicodedata import category

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from corpora.errors import UnreadableValue, shorten
from matcher.roadshow.clock import CLOCK, read_clock, read_date, write_clock
from matcher.roadshow.specs.consistency import faults, places
from matcher.roadshow.specs.faults import Inconsistent

_MOST = 5_000
#: Categories of Unicode: control characters, halves of characters, separators of lines and paragraphs.
_BROKEN = ("Cc", "Cs", "Zl", "Zp")
_SHORT, _LONG = 200, 5_000
_One = TypeVar("_One", bound=Hashable)


def _plain(text: str) -> str:
    """Refuse what no text holds: it would break a table, a file or a line. Lines end as forms and files end them."""
    text = text.replace("\r\n", "\n")
    if bad := next((one for one in text if one not in "\n\t" and category(one) in _BROKEN), ""):
        raise UnreadableValue(
            f"“{shorten(text)}”里有控制字符 U+{ord(bad):04X}；请删去",
            f"'{shorten(text)}' holds the control character U+{ord(bad):04X}; remove it",
        )
    return text


def _on_one_line(text: str) -> str:
    return _plain(text).replace("\n", " ").replace("\t", " ")


def _each_once(many: tuple[_One, ...]) -> tuple[_One, ...]:
    seen: set[_One] = set()
    for one in many:
        if one in seen:
            said = shorten(" – ".join(one) if isinstance(one, tuple) else one)
            raise UnreadableValue(f"“{said}”写了两次；请删去一个", f"'{said}' is there twice; remove one")
        seen.add(one)
    return many


def _number(value: object) -> object:
    """Refuse true and false, which Python takes for 1 and 0."""
    if isinstance(value, bool):
        raise UnreadableValue(f"“{value}”不是整数", f"'{value}' is no whole number")
    return value


#: A time of the day in minutes from midnight, written "HH:MM".
Clock = Annotated[
    int,
    BeforeValidator(read_clock),
    PlainSerializer(write_clock, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{CLOCK}$", "examples": ["14:00"]}),
]
#: From and to.
Span = tuple[Clock, Clock]
Spans = Annotated[tuple[Span, ...], Field(max_length=_MOST)]
Day = Annotated[date, BeforeValidator(read_date)]
Count = Annotated[int, Field(ge=0, le=_MOST), BeforeValidator(_number)]
#: At least one.
Some = Annotated[int, Field(ge=1, le=_MOST), BeforeValidator(_number)]
Minutes = Annotated[int, Field(ge=1, le=24 * 60), BeforeValidator(_number)]
#: Minutes between two things, none perhaps.
Pause = Annotated[int, Field(ge=0, le=24 * 60), BeforeValidator(_number)]
Text = Annotated[str, Field(max_length=_SHORT), AfterValidator(_on_one_line)]
LongText = Annotated[str, Field(max_length=_LONG), AfterValidator(_plain)]
Id = Annotated[str, Field(min_length=1, max_length=_SHORT), AfterValidator(_on_one_line)]
Ids = Annotated[tuple[Id, ...], Field(max_length=_MOST), AfterValidator(_each_once)]
Pairs = Annotated[tuple[tuple[Id, Id], ...], Field(max_length=_MOST), AfterValidator(_each_once)]
Goal = Literal["value", "minimum", "gaps", "fairness", "tables"]
GOALS: tuple[Goal, ...] = get_args(Goal)


class Part(BaseModel):
    """A part of a SPEC; an unknown key is an error, a key with nothing behind it is left out."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, str_strip_whitespace=True
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, given: object) -> object:
        if isinstance(given, Mapping):
            return {key: value for key, value in given.items() if value is not None}
        return given


class Theme(Part):
    """What an event is about: a chain, a text, or records named one by one; none: the whole store."""

    chain: Text = Field("", description="产业链的编号。 Id of an industry chain.")
    text: LongText = Field("", description="一段话。 A text.")
    needs: Ids = Field((), description="需求编号。 Ids of needs.")
    achievements: Ids = Field((), description="成果编号。 Ids of achievements.")


class PitchesSession(Part):
    """Achievements on stage, one after another (路演)."""

    kind: Literal["pitches"]
    room: Text = Field("", description="会场。 The room.")
    start: Clock = Field(description="开始。 When it starts.")
    end: Clock = Field(description="结束。 When it ends.")
    pitch_minutes: Minutes = Field(12, description="每项讲几分钟。 Minutes of a pitch.")
    qa_minutes: Pause = Field(3, description="每项问答几分钟。 Minutes of questions after it.")
    breaks: Spans = Field((), description="休息。 Breaks, [from, to] each.")


class MeetingsSession(Part):
    """Meetings of one enterprise and one team at a table, in slots (洽谈)."""

    kind: Literal["meetings"]
    room: Text = Field("", description="会场。 The room.")
    start: Clock = Field(description="开始。 When it starts.")
    end: Clock = Field(description="结束。 When it ends.")
    slot_minutes: Minutes = Field(20, description="每场洽谈几分钟。 Minutes of a meeting.")
    gap_minutes: Pause = Field(0, description="两场之间几分钟。 Minutes between two slots.")
    tables: Some = Field(description="洽谈桌数，桌号从 1 起。 Number of tables, numbered from 1.")
    spare_tables: Count = Field(
        0, description="留空备用的桌数（桌号最大的几张）。 How many of them, the last, are kept free."
    )
    closed_tables: Annotated[tuple[Some, ...], Field(max_length=_MOST), AfterValidator(_each_once)] = Field(
        (), description="不能用的桌号。 Numbers of tables that were lost."
    )
    breaks: Spans = Field((), description="休息。 Breaks, [from, to] each.")


class VisitsSession(Part):
    """A day in a county or park: scientists go to firms (科技“双进”)."""

    kind: Literal["visits"]
    start: Clock = Field(description="出发。 When the day begins.")
    end: Clock = Field(description="返回。 When it ends.")
    place: Id = Field(description="县区，或园区的名称或编号。 The county, or name or id of a park.")
    teams: Ids = Field((), description="同行的团队；不写则选最合适的。 Teams that travel; none: the best.")
    max_teams: Some = Field(3, description="最多几个团队。 How many teams at most.")
    visit_minutes: Minutes = Field(50, description="每家几分钟。 Minutes at a firm.")
    travel_minutes: Pause = Field(
        20, description="两家之间几分钟（travel 没写的）。 Minutes between two firms where travel is silent."
    )
    travel: Annotated[tuple[tuple[Id, Id, Pause], ...], Field(max_length=_MOST)] = Field(
        (),
        description="[从, 到, 分钟]，来回相同；base 指出发地。 [from, to, minutes], both ways; base is where the "
        "day begins and ends.",
    )
    breaks: Spans = Field((), description="休息，其间不走访但可赶路。 Breaks: no visit, but travel.")


Session = Annotated[PitchesSession | MeetingsSession | VisitsSession, Field(discriminator="kind")]


class Pitches(Part):
    """Who is on stage; ids are those of achievements."""

    count: Count = Field(8, description="几项；不写则 8 项，放不下则少。 How many; unsaid: 8, or what fits.")
    max_per_institution: Some | None = Field(None, description="同一单位最多几项。 Most of one institution.")
    min_counties: Count = Field(0, description="至少顾及几个县区的需求。 Counties whose needs are served.")
    must: Ids = Field((), description="必须上台的成果。 Achievements that must be pitched.")
    never: Ids = Field((), description="不上台的成果。 Achievements that are not pitched.")


class Enterprises(Part):
    """Who is invited; an enterprise is named by its id or its exact name."""

    max: Some | None = Field(None, description="最多几家。 How many at most.")
    must: Ids = Field((), description="必须邀请的企业。 Enterprises that must be invited.")
    never: Ids = Field((), description="不邀请的企业。 Enterprises that are not invited.")
    counties: Ids = Field((), description="只邀请这些县区的。 Only from these counties.")


class Meetings(Part):
    """Rules of the meetings."""

    min_level: Annotated[int, Field(ge=1, le=4), BeforeValidator(_number)] = Field(
        3,
        description="关联度至少几级；用 affinity 文件时不管。 Least level; with an affinity file it says nothing.",
    )
    min_per_enterprise: Count = Field(
        0, description="每家企业至少几场（尽量）。 Meetings that each enterprise should have: a goal."
    )
    max_per_enterprise: Some | None = Field(None, description="每家企业最多几场。 Most of an enterprise.")
    max_per_team: Some | None = Field(None, description="每个团队最多几场。 Most of a team.")
    repeat_pairs: bool = Field(False, description="同一对可否再见。 Whether a pair may meet again.")


class Availability(Part):
    """When somebody is there: from–to, or not in some spans; `who` is an enterprise or a team."""

    model_config = ConfigDict(populate_by_name=True)

    who: Id = Field(description="企业或团队。 An enterprise or a team.")
    from_: Clock | None = Field(None, alias="from", description="几点起在。 There from.")
    to: Clock | None = Field(None, description="几点前在。 There until.")
    not_: Spans = Field((), alias="not", description="不在的时段。 Spans of absence, [from, to] each.")


class Pinned(Part):
    """A meeting copied from an earlier plan.json: it stays at its time and table."""

    model_config = ConfigDict(extra="ignore")

    start: Clock = Field(description="开始。 When it starts.")
    table: Some | None = Field(None, description="桌号；不写则哪张都行。 The table; unsaid: any.")
    enterprise_id: Id = Field(description="企业。 The enterprise.")
    team_id: Id = Field(description="团队。 The team.")


class Spec(Part):
    """A whole SPEC. `goals` come in the order of their weight, the first first."""

    title: Text = Field("", description="名称。 What the event is called.")
    date: Day = Field(description="日期。 The day, like 2026-12-11.")
    timezone: Text = Field(
        "Asia/Shanghai", description="时区（IANA 名称）。 Time zone, by its IANA name.", min_length=1
    )
    venue: Text = Field("", description="地点。 Where it is.")
    organizer: Text = Field("", description="主办单位。 Who holds it.")
    theme: Theme = Field(Theme(), description="主题。 What it is about.")
    sessions: Annotated[tuple[Session, ...], Field(min_length=1, max_length=20)] = Field(
        description="各场：路演、洽谈或走访。 Its sessions: pitches, meetings or visits."
    )
    pitches: Pitches = Field(Pitches(), description="谁上台。 Who is on stage.")
    enterprises: Enterprises = Field(Enterprises(), description="请哪些企业。 Who is invited.")
    meetings: Meetings = Field(Meetings(), description="洽谈的规则。 Rules of the meetings.")
    goals: Annotated[tuple[Goal, ...], AfterValidator(_each_once)] = Field(
        GOALS, description="目标，先写的先顾。 Goals, the first first."
    )
    availability: Annotated[tuple[Availability, ...], Field(max_length=_MOST)] = Field(
        (), description="谁什么时候在。 When somebody is there."
    )
    cancelled: Ids = Field((), description="不来了的企业和团队。 Enterprises and teams that called off.")
    force: Pairs = Field((), description="必须见面的：[企业, 团队]。 Pairs that must meet.")
    forbid: Pairs = Field((), description="不许见面的：[企业, 团队]。 Pairs that must not meet.")
    pinned: Annotated[tuple[Pinned, ...], Field(max_length=_MOST)] = Field(
        (), description="不动的洽谈，抄自 plan.json。 Meetings that stay, copied from a plan.json."
    )
    affinity: Text = Field(
        "",
        description="代替预测关联度的文件：企业、团队、得分（0–1），路径相对于 SPEC。 A file of enterprise_id, team_id, "
        "score (0–1) in place of predicted levels, relative to the SPEC.",
    )

    @field_validator("goals")
    @classmethod
    def _all_goals(cls, goals: tuple[Goal, ...]) -> tuple[Goal, ...]:
        return goals + tuple(goal for goal in GOALS if goal not in goals)

    @model_validator(mode="after")
    def _consistent(self) -> Spec:
        if found := faults(self):
            raise Inconsistent(found)
        if "count" not in self.pitches.model_fields_set and (fit := places(self)):
            fitting = self.pitches.model_copy(update={"count": min(self.pitches.count, fit)})
            # Frozen for those who use it; here it is still being made.
            object.__setattr__(self, "pitches", fitting)
        return self

    def as_json(self) -> dict[str, Any]:
        """Return the SPEC for plan.json; `Spec.model_validate` reads it back."""
        return self.model_dump(mode="json", by_alias=True)
