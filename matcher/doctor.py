"""The doctor: what works in this installation, what does not, and what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from corpora.errors import ShuanglianError, shorten
from corpora.store import Store
from corpora.vocabulary import vocabulary
from matcher.indexing import FOLDER
from matcher.rankers import in_use, opening
from matcher.settings import Settings
from models.encoders import Encoder
from models.indexes import Indexes, read_stamp
from models.ranker import Ranker

_LOW_DISK_BYTES = 2 * 2**30
_FULL_DISK_BYTES = 50 * 2**20


@dataclass(frozen=True)
class Finding:
    """What one examination found; `said` is bilingual, one line."""

    name: str
    status: Literal["ok", "warning", "error"]
    said: str

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "status": self.status, "said": self.said}


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield one finding an examination; a fault in one does not stop the others."""
    examinations: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("Python", _python), ("磁盘 disk", _disk), ("词表 vocabulary", _vocabulary), ("数据 store", _store),
        ("编码器 encoder", _encoder), ("索引 indexes", _indexes), ("排序模型 ranker", _ranker),
    ]  # fmt: skip
    for name, examination in examinations:
        try:
            yield examination(settings)
        except ShuanglianError as error:
            yield Finding(name, "error", str(error))
        except Exception as error:
            # Whatever a library raises here is a finding, not the end of the examination.
            yield Finding(name, "error", shorten(f"{type(error).__name__}: {error}", 200))


def _python(_: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):  # noqa: UP036 - the message is for those who got past pip
        return Finding("Python", "error", f"{version}：需要 3.11 以上 / 3.11 or later is needed")
    return Finding("Python", "ok", version)


def _disk(settings: Settings) -> Finding:
    folder = next(
        path for path in (settings.data.resolve(), *settings.data.resolve().parents) if path.exists()
    )
    free = shutil.disk_usage(folder).free
    said = f"{free / 2**30:.1f} GiB 可用 free：{folder}"
    if not os.access(folder, os.W_OK):
        return Finding(
            "磁盘 disk",
            "error",
            f"{folder} 不可写；请改权限或设 MATCHER_DATA / not writable; set MATCHER_DATA",
        )
    if free < _FULL_DISK_BYTES:
        return Finding("磁盘 disk", "error", f"{said}；磁盘已满，请清理 / the disk is full, free some space")
    if free < _LOW_DISK_BYTES:
        return Finding("磁盘 disk", "warning", f"{said}；空间偏少，请清理 / running low, free some")
    return Finding("磁盘 disk", "ok", said)


def _vocabulary(settings: Settings) -> Finding:
    lists = vocabulary().lists
    extension = f" + {settings.vocabulary}" if settings.vocabulary else ""
    return Finding("词表 vocabulary", "ok", f"{len(lists)} 张词表 lists{extension}")


def _store(settings: Settings) -> Finding:
    store = Store(settings.data)
    try:
        store.check()
        counts = " · ".join(f"{name} {count}" for name, count in store.counts().items())
    finally:
        store.close()
    return Finding("数据 store", "ok", f"{settings.data}: {counts}")


def _encoder(settings: Settings) -> Finding:
    encoder = Encoder(settings.encoder, settings.cache)
    vector = encoder.model.encode_query("双链")
    return Finding(
        "编码器 encoder", "ok", f"{encoder.name}（{len(vector)} 维 dimensions，缓存 cache {settings.cache}）"
    )


def _indexes(settings: Settings) -> Finding:
    if not read_stamp(settings.data / FOLDER):
        said = "还没有索引，首次匹配时建立，或运行 matcher index / none yet; the first match makes them, or `matcher index`"
        return Finding("索引 indexes", "warning", said)
    store = Store(settings.data)
    try:
        encoder = Encoder(settings.encoder, settings.cache)
        indexes = Indexes.load(encoder, settings.data / FOLDER)
        behind = sum(1 for _ in store.changes_since(indexes.revision))
    finally:
        store.close()
    said = f"成果 achievements {len(indexes.achievements)} · 需求 needs {len(indexes.needs)}"
    if behind:
        return Finding(
            "索引 indexes",
            "warning",
            f"{said}；落后 {behind} 处变更，请运行 matcher index / {behind} changes behind, run `matcher index`",
        )
    return Finding("索引 indexes", "ok", said)


def _ranker(settings: Settings) -> Finding:
    learnt = in_use(settings.data)
    with opening(learnt):
        ranker = Ranker.load(learnt)
    made_for = ranker.manifest_.get("encoder")
    judgements = sum(ranker.manifest_["judgements"])
    said = f"{learnt or '自带 shipped'}：{judgements} 条标注 judgements"
    if made_for != Encoder(settings.encoder, settings.cache).fingerprint:
        return Finding("排序模型 ranker", "warning",
                       f"{said}；由编码器 {made_for} 的数据训练，换编码器后概率未经校准 / fitted with another encoder, so its "
                       "probabilities are not calibrated here")  # fmt: skip
    return Finding("排序模型 ranker", "ok", said)
