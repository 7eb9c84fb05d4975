"""Attachments: the files beside a need or a draft. Their bytes lie in the data folder, under the id."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from corpora.database import DataFile


@dataclass(frozen=True)
class Attachment:
    """One file, of a draft or of a need; `name` is what its sender called it, and only text."""

    id: str
    #: The digest of the draft's secret.
    draft: str | None
    need_id: str | None
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: str


class Attachments:
    """The attachments of one store."""

    def __init__(self, file: DataFile) -> None:
        self._file = file

    def add(self, attachment: Attachment) -> None:
        with self._file.transaction():
            self._file.db.table("attachments").insert(asdict(attachment))

    def get(self, attachment_id: str) -> Attachment | None:
        row = self._file.first("SELECT * FROM attachments WHERE id = ?", [attachment_id])
        return Attachment(**row) if row else None

    def of_need(self, need_id: str) -> list[Attachment]:
        return self._all("need_id", need_id)

    def of_draft(self, draft: str) -> list[Attachment]:
        return self._all("draft", draft)

    def without_draft(self, time: str) -> list[Attachment]:
        """Return those added before `time` to a draft that is no more."""
        rows = self._file.query(
            "SELECT * FROM attachments WHERE created_at < ? AND draft IS NOT NULL"
            " AND draft NOT IN (SELECT digest FROM drafts)",
            [time],
        )
        return [Attachment(**row) for row in rows]

    def move(self, draft: str, need_id: str) -> None:
        """Give a draft's attachments to the need that it became."""
        with self._file.transaction():
            self._file.db.execute(
                "UPDATE attachments SET draft = NULL, need_id = ? WHERE draft = ?", [need_id, draft]
            )

    def remove(self, attachment_id: str) -> None:
        with self._file.transaction():
            self._file.db.execute("DELETE FROM attachments WHERE id = ?", [attachment_id])

    def _all(self, column: str, value: str) -> list[Attachment]:
        rows = self._file.query(f"SELECT * FROM attachments WHERE {column} = ? ORDER BY rowid", [value])
        return [Attachment(**row) for row in rows]
