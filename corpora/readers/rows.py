"""From a row of raw cells to a record, or to reasons why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from corpora.cells import ticked
from corpora.errors import UnreadableValue, shorten
from corpora.readers.headings import JOINED, Headings, understand
from corpora.records import MAX_SHORT, RECORDS, Record
from corpora.values import read_place
from corpora.vocabulary import Kind, vocabulary


@dataclass(frozen=True)
class Row:
    """One row of a table, one form, or one JSON line.

    `values` holds the cells by field, `columns` where each stands, for people ("F 预算（万元）");
    `original` is the row as it came, by heading, to be written back where it is rejected.
    """

    kind: Kind
    sheet: str
    number: int
    values: Mapping[str, object]
    columns: Mapping[str, str] = field(default_factory=dict)
    original: Mapping[str, object] = field(default_factory=dict)
    #: Headings of its table that no field is known for.
    unknown: Sequence[str] = ()
    #: What made the row unreadable before its cells were looked at: (column, value, reason).
    broken: tuple[str, object, str] | None = None


@dataclass(frozen=True)
class Rejection:
    """Why a row was not taken: where it stands, the value, and what to do."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    original: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)

    def as_json(self) -> dict[str, object]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
        }


#: What a spreadsheet writes where a formula failed.
_SHEET_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
#: A cell that holds an amount and nothing else, whose unit its heading may name.
_BARE_AMOUNT = re.compile(
    r"(\D{0,8}?\d[\d.,]*(?:\s*[-~—–－～至到]+\s*\d[\d.,]*)?)((?![\d年月日%％])[^\d元万亿千百kKwW]{0,8})"
)

#: A need that its table gives no title goes by the beginning of its text.
_LONGEST_TITLE = 40


def title_of(text: object) -> str:
    """Return the beginning of a text, to go by where its table has no column for a title."""
    first = next((line.strip() for line in re.split(r"[\n。；;]", str(text)) if line.strip()), "")
    return first if len(first) <= _LONGEST_TITLE else f"{first[: _LONGEST_TITLE - 1]}…"


#: Fields that a form lets one tick.
_CHOSEN = ("stage", "min_stage", "modes", "ip_wanted", "kind", "tier")


def collect(
    cells: Sequence[object], headings: Headings, columns: Mapping[int, str]
) -> tuple[dict[str, object], dict[str, str]]:
    """Return the cells by field, and by field the column (`columns`, by position) that each came from.

    Several columns of a field that may have several are read one after the other.
    """
    values: dict[str, object] = {}
    named: dict[str, str] = {}
    for position, name in headings.fields.items():
        value = cells[position] if position < len(cells) else None
        named.setdefault(name, columns[position])
        if value is None or str(value).strip() == "":
            continue
        if name in _CHOSEN and isinstance(value, str) and ticked(value[:MAX_SHORT]) == []:
            continue  # boxes without a tick among them leave the field open
        if unit := headings.units.get(position):
            value = _with_unit(value, unit)
        if name not in values:
            values[name] = value
        elif name in JOINED:
            values[name] = _joined(values[name], value)
    return values, named


def _with_unit(value: object, unit: str) -> object:
    """50-100 under a heading in 万元 is 50-100万元; a text that names its own unit keeps it."""
    if isinstance(value, bool):
        return value
    text = f"{value:.12g}" if isinstance(value, int | float) else str(value)
    found = _BARE_AMOUNT.fullmatch(text.strip())
    return f"{found[1]}{unit}{found[2]}" if found else value


def _joined(one: object, other: object) -> object:
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return "\n".join(
        "\n".join(map(str, each)) if isinstance(each, list) else str(each) for each in (one, other)
    )


def to_record(row: Row) -> Record | list[Rejection]:
    """Return the record that the row holds, or one rejection for each cell that cannot be read."""
    if row.broken:
        column, value, reason = row.broken
        return [_reject(row, column, value, reason)]
    name = RECORDS[row.kind].NAME
    if _says_nothing(row.values.get(name)):
        # 无 is what those who have nothing to report send back.
        column = row.columns.get(name, name)
        return [
            _reject(row, column, row.values[name], "名称处没有名称 / there is no name where a name should be")
        ]
    try:
        return RECORDS[row.kind].model_validate(_arranged(row.values))
    except ValidationError as error:
        return list(_rejections(row, error))


def _says_nothing(name: object) -> bool:
    return isinstance(name, str) and bool(
        name.strip() and (vocabulary().is_open(name) or _SHEET_ERROR.fullmatch(name.strip()))
    )


def _rejections(row: Row, error: ValidationError) -> Iterator[Rejection]:
    for detail in error.errors(include_url=False):
        name = ".".join(str(part) for part in detail["loc"] if isinstance(part, str))
        cause = detail.get("ctx", {}).get("error")
        reason = str(cause) if isinstance(cause, UnreadableValue) else _plain(detail)
        column = next(
            (row.columns[key] for key in (name, name.replace(".", "_")) if key in row.columns), name
        )
        yield _reject(row, column, detail["input"], reason)


def _plain(detail: Mapping[str, Any]) -> str:
    if detail["type"] == "extra_forbidden":
        return "没有这个字段 / there is no such field"
    return f"不符合要求：{detail['msg']} / {detail['msg']}"


def _reject(row: Row, column: str, value: object, reason: str) -> Rejection:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return Rejection(
        row.sheet, row.number, column, shorten("" if value is None else value), reason, row.original
    )


_PHONE = re.compile(r"(?<!\d)\+?\d[\d\- ()（）]{5,}\d(?:\s*(?:转|ext\.?)\s*\d{1,6})?", re.I)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
#: What is left of 联系人：王工 电话：139… once the number is gone.
_CONTACT_LABELS = re.compile(
    r"(?:联系人|联系方式|姓名|联系电话|电话|手机号?码?|电子邮箱|邮箱|电邮|email|phone|tel|mobile)\s*[:：]?",
    re.I,
)
#: Who recommends or reports, where a county is asked for.
_NOT_A_PLACE = re.compile(
    r"大学|学院|学校|研究院|研究所|科学院|公司|集团|厅$|部$|中心$|协会$|学会$|企业$|局$|处$"
)
_NOT_A_TIER = re.compile(
    r"国有|国企|央企|民营|私营|外资|合资|独资|内资|集体|股份|有限|个体|合伙|合作社|[大中小微]型|小微|其他|一般"
)


def _arranged(values: Mapping[str, object]) -> dict[str, object]:
    """Gather the contact's cells, part region from county, and drop what answers another question."""
    record = {
        key: value for key, value in values.items() if value is not None and not key.startswith("contact")
    }
    record["contact"] = _contact(values)
    region, county = (record.get(key) for key in ("region", "county"))
    places = [place for place in (region, county) if isinstance(place, str)]
    if places and max(map(len, places)) <= MAX_SHORT:
        county_region, found_county = read_place(str(county or ""))
        found_region, region_county = read_place(str(region or ""))
        if not found_county and not region_county and not _NOT_A_PLACE.search(str(county or "")):
            found_county = str(county or "").strip()
            county_region = ""
        record["region"] = found_region or ("" if _NOT_A_PLACE.search(county_region) else county_region)
        record["county"] = found_county or region_county
        for name in ("region", "county"):
            if not record[name]:  # what is not said must not pass for something said
                del record[name]
    for name in ("kind", "tier"):
        if (choices := ticked(str(record.get(name, ""))[:MAX_SHORT])) is not None:
            record[name] = "".join(choices[:1])
    tier = str(record.get("tier", ""))
    if _NOT_A_TIER.search(tier) and vocabulary().match("tiers", tier) is None:
        del record["tier"]  # 企业类型 asks as often for the form of ownership or the size
    return record


def _contact(values: Mapping[str, object]) -> object:
    contact = values.get("contact")
    parts = {part: values.get(f"contact_{part}") for part in ("name", "phone", "email")}
    if isinstance(contact, Mapping):
        return {_part(str(key)): value for key, value in contact.items() if value is not None}
    if contact is not None and not isinstance(contact, str | int | float):
        return contact
    if isinstance(contact, float) and contact.is_integer():
        contact = int(contact)
    together = "" if contact is None else str(contact)
    if len(together) > MAX_SHORT:
        return {"name": together}
    if found := _EMAIL.search(together):
        parts["email"] = parts["email"] or found[0]
        together = together.replace(found[0], " ")
    if numbers := _PHONE.findall(together):
        parts["phone"] = parts["phone"] or "、".join(number.strip() for number in numbers)
        together = _PHONE.sub(" ", together)
    name = " ".join(_CONTACT_LABELS.sub(" ", together).split()).strip(" ,，、;；/:：()（）-")
    parts["name"] = parts["name"] or name
    return {part: value for part, value in parts.items() if value not in (None, "")}


def _part(key: str) -> str:
    """The part of a nested contact that a key names, in English or Chinese."""
    if key in ("name", "phone", "email"):
        return key
    fields = understand(["名称", key], Kind.ORGANIZATION)
    name = fields.fields.get(1, "") if fields else ""
    return {"姓名": "name"}.get(key) or name.removeprefix("contact_") or key
