"""All papers of a plan: which there are, what stays as it was, and that nobody's contact is in any."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from corpora.errors import DataFolderTrouble, UnknownRecord
from corpora.records import Contact
from matcher.roadshow.plan import Plan
from matcher.roadshow.printing.papers import PAPERS, Issue, paper, write_papers
from tests.matcher.roadshow import handmade

CONTACTS = {"o-05": Contact(name="赵保密", phone="13912345678", email="zhao@example.org")}
EVERYTHING = [
    "roadshow.docx", "roadshow.xlsx", "roadshow.html", "signs.docx", "invitations.docx", "invitation-template.docx",
    "invitations.xlsx", "roadshow.ics", "calendars",
]  # fmt: skip


def content(folder: Path) -> dict[str, bytes]:
    """All that can be read in the files, the parts of Word and Excel files unpacked."""
    found = {}
    for path in folder.rglob("*"):
        if path.suffix in (".docx", ".xlsx", ".zip"):
            with zipfile.ZipFile(path) as archive:
                found |= {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
        elif path.is_file():
            found[str(path.relative_to(folder))] = path.read_bytes().replace(b"\r\n ", b"")
    return found


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (handmade.day(), EVERYTHING),
        (handmade.ids_only(), EVERYTHING),
        (handmade.visits(), [one for one in EVERYTHING if one != "signs.docx"]),
        (handmade.infeasible(), ["roadshow.html"]),
    ],
    ids=["event", "ids", "visits", "infeasible"],
)
def test_a_plan_has_the_papers_that_suit_it(plan: Plan, expected: list[str], tmp_path: Path) -> None:
    written = write_papers(tmp_path / "out", plan)
    assert [one.name for one in written] == expected
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == sorted(expected)


def test_contacts_are_in_the_list_of_addressees_alone_and_only_when_given(tmp_path: Path) -> None:
    write_papers(tmp_path / "without", handmade.day())
    write_papers(tmp_path / "with", handmade.day(), CONTACTS)
    for secret in ("赵保密", "13912345678", "zhao@example.org"):
        assert not [name for name, found in content(tmp_path / "without").items() if secret.encode() in found]
        told = {name for name, found in content(tmp_path / "with").items() if secret.encode() in found}
        assert told == {"invitations.xlsx/xl/sharedStrings.xml"}


def test_a_template_that_somebody_worded_stays_and_all_else_is_new(tmp_path: Path) -> None:
    write_papers(tmp_path, handmade.day())
    for name in ("invitation-template.docx", "roadshow.docx"):
        (tmp_path / name).write_bytes(b"mine")
    written = write_papers(tmp_path, handmade.replanned())
    assert (tmp_path / "invitation-template.docx").read_bytes() == b"mine"
    assert (tmp_path / "roadshow.docx").read_bytes() != b"mine"
    assert "invitation-template.docx" not in [one.name for one in written]


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_can_be_taken_by_itself_and_carries_the_key(name: str, tmp_path: Path) -> None:
    made = paper(name)
    plan = handmade.day()
    assert made.suits(plan)
    assert made.suits(handmade.infeasible()) == (name == "page")
    made.write(tmp_path / made.file, plan)
    assert (tmp_path / made.file).stat().st_size > 1000
    assert made.zh
    assert made.en
    if name in ("calendar", "calendars"):
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        for folder, key in (("a", "roadshow-7"), ("b", "roadshow-8")):
            made.write(tmp_path / folder / made.file, plan, Issue(key=key))
        uids = [
            {
                line
                for found in content(tmp_path / one).values()
                for line in found.splitlines()
                if b"UID:" in line
            }
            for one in "ab"
        ]
        assert len(uids[0]) == len(uids[1]) > 20
        assert not uids[0] & uids[1]


def test_unknown_papers_and_unwritable_folders_are_said(tmp_path: Path) -> None:
    with pytest.raises(UnknownRecord, match="pdf"):
        paper("pdf")
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataFolderTrouble):
        write_papers(tmp_path / "file" / "out", handmade.day())
