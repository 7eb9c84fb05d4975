"""What people judged, kept ready as neighbours beside the indexes, and made anew when either moves on."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from corpora.errors import DataFolderTrouble, StaleIndex
from corpora.files import replacing
from corpora.store import Store
from matcher.indexing import FOLDER, document
from matcher.training import Corpus, consolidated
from models.indexes import Indexes
from models.neighbours import Neighbours

_FILE, _STAMP = "neighbours.npz", "neighbours.json"
#: Bump when neighbours are made otherwise, so that older ones are made anew.
_VERSION = 1


def judged_corpus(store: Store, indexes: Indexes) -> Corpus:
    """Return what people have judged, over `indexes` that agree with the store."""
    judged = consolidated(store.judgements())
    ids = sorted({need_id for need_id, _, _ in judged})
    return Corpus(indexes, {record.id: document(record) for record in store.needs(ids)}, judged)


def remember(store: Store, data: Path, indexes: Indexes) -> Neighbours | None:
    """Return the judged pairs of the store as neighbours, None where nothing is judged.

    They are read from the data folder where they are of the same judgements and indexes, else made and
    written there.
    """
    stamp = {
        "version": _VERSION,
        "judgements": [*store.judgements_mark()],
        "encoder": indexes.encoder.fingerprint,
        "identity": indexes.identity,
        "revision": indexes.revision,
    }
    folder = data / FOLDER
    try:
        if json.loads((folder / _STAMP).read_text("utf-8")) == stamp:
            return Neighbours.load(folder / _FILE)
    except (OSError, ValueError, StaleIndex):
        pass  # made anew below
    made = judged_corpus(store, indexes).neighbours
    # On a full disk they are made again next time; nothing is lost but seconds.
    with suppress(OSError, DataFolderTrouble):
        if made is not None:
            # The old stamp goes first: a stamp never stands beside what it is not of.
            (folder / _STAMP).unlink(missing_ok=True)
            made.save(folder / _FILE)
            with replacing(folder / _STAMP) as stream:
                stream.write(json.dumps(stamp).encode())
    return made
