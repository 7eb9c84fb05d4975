"""The indexes of both sides, kept in step: vectors, n-gram counts and the lexical index.

On disk a folder holds one file or folder each, and ``stamp.json``, which is written last: the
encoder and the store's revision that they were built from. Every update can be repeated, so after
a crash the older stamp merely causes the same work again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from corpora.errors import StaleIndex
from corpora.files import replacing
from models.encoders import Encoder
from models.features import AchievementSide, Baseline, NeedSide, background_keys, baseline
from models.ngrams import NgramWeights, count
from models.sides import Document, Side

#: Bump when what is stored changes, so that older indexes are rebuilt.
VERSION = 2
_STAMP = "stamp.json"

#: Is told how much of long work is done.
Beat = Callable[[int, int], None]


class Indexes:
    """Both sides, in `folder` or, without one, in memory."""

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        self.encoder = encoder
        self.folder = folder
        self.achievements = Side(["text"], folder / "achievement" if folder else None)
        self.needs = Side(["title", "text"], folder / "need" if folder else None)
        self.weights = NgramWeights()
        #: What of which store these indexes hold.
        self.identity = 0
        self.revision = 0
        self._background: AchievementSide | None = None

    @classmethod
    def load(cls, encoder: Encoder, folder: Path) -> Indexes:
        """Open what was saved. Raises StaleIndex where there is nothing, or it needs rebuilding."""
        stamp = read_stamp(folder)
        if stamp.get("version") != VERSION or stamp.get("encoder") != encoder.fingerprint:
            raise StaleIndex(
                f"索引由另一编码器或旧版本建立（{stamp.get('encoder')}），正在或需要重建（matcher index）",
                f"the indexes were built by another encoder or version ({stamp.get('encoder')}); `matcher index` rebuilds them",
            )
        indexes = cls(encoder, folder)
        indexes.achievements.load()
        indexes.needs.load()
        indexes.identity, indexes.revision = int(stamp["identity"]), int(stamp["revision"])
        indexes._settle()
        return indexes

    @classmethod
    def fresh(cls, encoder: Encoder, folder: Path) -> Indexes:
        """Start empty indexes in `folder`, over whatever was there."""
        shutil.rmtree(folder, ignore_errors=True)
        return cls(encoder, folder)

    @staticmethod
    def weights_of(texts: Sequence[str]) -> NgramWeights:
        """Return the n-gram weights of an index that holds these texts."""
        weights = NgramWeights()
        weights.learn(count(texts))
        return weights

    def save(self, revision: int, identity: int = 0) -> None:
        """Make what was updated durable, as the state at `revision` of the store of that `identity`."""
        assert self.folder is not None
        for side in (self.achievements, self.needs):
            if side.is_changed:
                side.save()
        stamp = {
            "version": VERSION, "encoder": self.encoder.fingerprint, "encoder_name": self.encoder.name,
            "identity": identity, "revision": revision, "achievements": len(self.achievements), "needs": len(self.needs),
        }  # fmt: skip
        with replacing(self.folder / _STAMP) as stream:
            stream.write(json.dumps(stamp).encode())
        self.identity, self.revision = identity, revision

    @property
    def is_saved(self) -> bool:
        """Whether the files in the folder are of the state that these indexes were last saved or loaded at."""
        assert self.folder is not None
        stamp = read_stamp(self.folder)
        ours = {"version": VERSION, "encoder": self.encoder.fingerprint, "identity": self.identity,
                "revision": self.revision}  # fmt: skip
        return ours.items() <= stamp.items()

    def update_achievements(
        self,
        documents: Sequence[Document],
        removed: Collection[str] = (),
        progress: str | None = None,
        beat: Beat | None = None,
    ) -> None:
        """Replace or add documents and drop keys; `beat` raises to have nothing changed. See Encoder.encode."""
        texts = [document.text for document in documents]
        vectors = self.encoder.encode(texts, "document", progress, beat)
        self.achievements.update(documents, {"text": vectors}, removed)
        self._settle()

    def update_needs(
        self,
        documents: Sequence[Document],
        removed: Collection[str] = (),
        progress: str | None = None,
        beat: Beat | None = None,
    ) -> None:
        """Likewise."""
        encode = self.encoder.encode
        titles = encode([document.title for document in documents], "query", progress, beat)
        texts = encode([document.text for document in documents], "query", progress, beat)
        self.needs.update(documents, {"title": titles, "text": texts}, removed)
        self._settle()

    def need_side(self, documents: Sequence[Document]) -> NeedSide:
        """Return needs that need not be indexed: somebody's words, as typed."""
        counts = count([document.text for document in documents])
        return NeedSide(
            self.encoder.encode([document.title for document in documents], "query"),
            self.encoder.encode([document.text for document in documents], "query"),
            counts, self.weights.weigh(counts),
        )  # fmt: skip

    def achievement_side(self, documents: Sequence[Document]) -> AchievementSide:
        """Return achievements that need not be indexed."""
        counts = count([document.text for document in documents])
        vectors = self.encoder.encode([document.text for document in documents], "document")
        return AchievementSide(vectors, counts, self.weights.weigh(counts))

    def indexed_needs(self, keys: Sequence[str]) -> NeedSide:
        counts = self.needs.counts(keys)
        return NeedSide(
            self.needs.vectors("title", keys),
            self.needs.vectors("text", keys),
            counts,
            self.weights.weigh(counts),
        )

    def indexed_achievements(self, keys: Sequence[str]) -> AchievementSide:
        counts = self.achievements.counts(keys)
        return AchievementSide(self.achievements.vectors("text", keys), counts, self.weights.weigh(counts))

    def baseline(self, needs: NeedSide) -> Baseline:
        if self._background is None:
            self._background = self.indexed_achievements(background_keys(self.achievements.keys))
        return baseline(needs, self._background)

    def achievements_near(
        self, need: NeedSide, text: str, k: int, allowed: Collection[str] | None = None
    ) -> list[str]:
        """Return candidate keys for one need: the k nearest by title, by text, and by n-grams."""
        queries = [("text", need.titles), ("text", need.texts)]
        return self.achievements.nearest(queries, text, k, self.weights, allowed)

    def needs_near(
        self, achievement: AchievementSide, text: str, k: int, allowed: Collection[str] | None = None
    ) -> list[str]:
        """Return candidate keys for one achievement, found the same three ways."""
        queries = [("title", achievement.vectors), ("text", achievement.vectors)]
        return self.needs.nearest(queries, text, k, self.weights, allowed)

    def _settle(self) -> None:
        """Sum up both sides' n-gram weights anew, and forget the background."""
        self.weights = self.achievements.weights.joined(self.needs.weights)
        self._background = None


def read_stamp(folder: Path) -> dict[str, Any]:
    """Return what the indexes in `folder` were built from: {} where there are none, no known version where it is damaged."""
    try:
        stamp = json.loads((folder / _STAMP).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"version": "damaged"}
    return stamp if isinstance(stamp, dict) else {"version": "damaged"}
