"""The search index: records found by the words in them, narrowed by facets, counted by facets (tantivy).

A word is found wherever its characters stand next to each other, so no segmenter is needed. Texts
are indexed as pairs of neighbouring characters with their places; a longer word is a phrase of pairs.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from corpora.files import replacing, trouble
from models.finding import Reader
from models.text import fold
from models.words import pairs

#: What can be chosen from, and counted: names of fields with any number of values each.
FACETS = ("chain", "region", "county", "fields", "modes", "owner", "type", "tier")
#: A change of what is indexed, or how, makes the indexes of older versions stale.
_VERSION = 2
_STAMP = "stamp.json"
_HEAP_BYTES = 64 * 2**20
_TOKENIZER = "spaced"
#: Two places that no word spans: a phrase leaves out every other pair.
_BETWEEN = " | | "


@dataclass(frozen=True)
class Entry:
    """A record as it is searched; `revision` is that of its latest change, `changed_at` seconds since 1970."""

    kind: str
    id: str
    title: str
    #: All that is searched, the title included; no word is found across two of them.
    texts: Sequence[str]
    facets: Mapping[str, Sequence[str]]
    stage: int | None
    revision: int
    changed_at: int

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


class SearchIndex:
    """Entries on disk in `folder`, which several processes may read; one at a time may update it.

    A rebuilt index gets a folder of its own below `folder`; the stamp there names it, and the revision
    of the store that it agrees with.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
        for name in ("title", "text"):
            builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="position")
        builder.add_text_field("letters", tokenizer_name=_TOKENIZER, index_option="basic")
        for name in FACETS:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
        for name in ("stage", "revision", "changed_at"):
            builder.add_integer_field(name, indexed=True, fast=True)
        self._schema = builder.build()
        self._stamp: dict[str, Any] = {}
        self._name = ""
        self._index: Any = None

    @property
    def revision(self) -> int:
        """The revision of the store that the index agrees with; 0 where there is none."""
        return int(self._stamp.get("revision", 0))

    @property
    def identity(self) -> int | None:
        return self._stamp.get("identity")

    @property
    def mark(self) -> int:
        """What the entries agree with beside the store's records: see `update`."""
        return int(self._stamp.get("mark", 0))

    def refresh(self) -> None:
        """See what another process did. An index that is missing or damaged counts as empty."""
        try:
            stamp = json.loads((self._folder / _STAMP).read_text("utf-8"))
            if stamp["version"] != _VERSION:
                stamp = {}
            elif self._index is None or stamp["name"] != self._stamp.get("name"):
                # Opening a folder without one would make an index in it.
                (self._folder / stamp["name"] / "meta.json").stat()
                self._open(stamp["name"])
            else:
                self._index.reload()
        except (OSError, ValueError, KeyError, TypeError):
            stamp = {}
        self._stamp = stamp
        if not stamp:
            self._index = None

    def rebuild(self) -> None:
        """Begin anew, in a folder beside the old one: others go on reading that until the next update is done."""
        self._stamp = {}
        self._open(secrets.token_hex(6))

    def update(
        self, entries: Iterable[Entry], removed: Iterable[str], revision: int, identity: int, mark: int = 0
    ) -> None:
        """Replace the entries, remove the keys, and remember with what state of the store that agrees.

        `mark` is the number of whatever else the entries were made with.

        Raises DataFolderTrouble where the folder cannot be written.
        """
        if self._index is None:
            self.rebuild()
        try:
            writer = self._index.writer(_HEAP_BYTES, 1)
            for key in removed:
                writer.delete_documents_by_term("key", key)
            for entry in entries:
                writer.delete_documents_by_term("key", entry.key)
                writer.add_document(_document(entry))
            writer.commit()
            writer.wait_merging_threads()
        except ValueError as error:  # what tantivy makes of every fault, a full disk's too
            raise trouble(self._folder, OSError(str(error))) from error
        self._index.reload()
        self._stamp = {
            "version": _VERSION, "name": self._name, "revision": revision, "identity": identity, "mark": mark,
        }  # fmt: skip
        with replacing(self._folder / _STAMP) as stream:
            stream.write(json.dumps(self._stamp).encode())
        for other in self._folder.iterdir():
            if other.is_dir() and other.name != self._name:
                shutil.rmtree(other, ignore_errors=True)

    def _open(self, name: str) -> None:
        try:
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise trouble(self._folder, error) from error
        self._index = tantivy.Index(self._schema, path=str(self._folder / name))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_TOKENIZER, analyzer)
        self._name = name

    # Searching

    def reader(self) -> Reader:
        """Return the index as it is now; what is asked of it is not disturbed by later updates."""
        return Reader(self._schema, self._index.searcher())


def _document(entry: Entry) -> Any:
    texts = [fold(text) for text in entry.texts]
    document = tantivy.Document(
        key=entry.key,
        kind=entry.kind,
        title=" ".join(pairs(fold(entry.title))),
        text=_BETWEEN.join(" ".join(pairs(text)) for text in texts),
        letters=" ".join(sorted(set().union(*texts))),
        revision=entry.revision,
        changed_at=entry.changed_at,
    )
    if entry.stage is not None:
        document.add_integer("stage", entry.stage)
    for name, values in entry.facets.items():
        for value in dict.fromkeys(values):
            if value:
                document.add_text(name, value)
    return document
