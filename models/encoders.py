"""Encoders: what turns a text into a vector. Loaded by name from one catalog."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from tqdm import tqdm

from corpora.errors import EncoderUnavailable
from models import bundled, delta
from models.cache import VectorCache, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT = "bundled"
#: What the catalog always has; a hub name or a local folder is an encoder too.
CATALOG = (DEFAULT,)

_BUNDLED = f"{DEFAULT}:{bundled.WEIGHTS_SHA256[:16]}:{bundled.LAYOUT}"

Role = Literal["query", "document"]
#: Texts encoded between two writes to the cache: what an interruption may cost.
_CHUNK = 512
_BATCH = 32


class Encoder:
    """A SentenceTransformer with a vector cache before it.

    `name` is one of CATALOG, a folder that `matcher train` made, a local SentenceTransformer folder, or
    a hub name; `cache` is the
    folder for unpacked weights and vectors. Nothing is loaded before the first text that the cache
    does not know.

    Raises EncoderUnavailable, listing the choices, for a name that leads nowhere.
    """

    def __init__(self, name: str = DEFAULT, cache: Path | None = None) -> None:
        self.name = name
        self.cache_folder = cache or default_cache()
        self._source = _find(name, self.cache_folder)
        tuned = name not in CATALOG and (Path(self._source) / delta.FILE).is_file()
        self._delta = Path(self._source) if tuned else None

    @cached_property
    def fingerprint(self) -> str:
        """Names the weights: it changes with them, but for a hub name, which stands for whatever the hub gave."""
        if self._delta is not None:
            return f"{_BUNDLED}+{hashlib.sha256((self._delta / delta.FILE).read_bytes()).hexdigest()[:16]}"
        if self.name in CATALOG:
            return _BUNDLED
        folder = Path(self._source)
        if not folder.is_dir():
            return f"hub:{self.name}"
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                status = path.stat()
                digest.update(f"{path.relative_to(folder)}:{status.st_size}:{status.st_mtime_ns}".encode())
        return f"folder:{digest.hexdigest()[:16]}"

    @cached_property
    def model(self) -> SentenceTransformer:
        return self.fresh_model()

    def fresh_model(self) -> SentenceTransformer:
        """Return the model, loaded anew."""
        _quiet()
        ours = self.name in CATALOG or self._delta is not None
        source = bundled.unpacked_folder(self.cache_folder) if ours else self._source
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(str(source), device="cpu")
        except Exception as error:
            # sentence-transformers passes on whatever its own parts raise.
            raise _unavailable(self.name, str(error)) from error
        if self._delta is not None:
            delta.apply_delta(model, self._delta)
        return model

    @cached_property
    def _vectors(self) -> VectorCache:
        return VectorCache(self.cache_folder / "vectors", self.fingerprint)

    def encode(
        self,
        texts: Sequence[str],
        role: Role,
        progress: str | None = None,
        beat: Callable[[int, int], None] | None = None,
    ) -> Vectors:
        """Return unit vectors of shape (len(texts), dimension), float32.

        `role` picks the encoder's prompt: "query" for what is asked, "document" for what answers.
        `progress` titles a progress bar; it appears only where something is left to encode. `beat` is told
        how many of how many are encoded, and may raise: what is encoded by then is not encoded again.
        """
        if not texts:
            return np.empty((0, 0), np.float32)
        keys = [self._vectors.key(role, text) for text in texts]
        known = self._vectors.get(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        # Longest first, so that batches hold texts of one length and padding costs little.
        queue = sorted(missing.items(), key=lambda item: len(item[1]), reverse=True)
        with tqdm(
            total=len(queue),
            desc=progress,
            disable=True if progress is None or not queue else None,
            unit="条",
        ) as bar:
            for start in range(0, len(queue), _CHUNK):
                chunk = queue[start : start + _CHUNK]
                fresh = dict(
                    zip((key for key, _ in chunk), self._run([text for _, text in chunk], role), strict=True)
                )
                self._vectors.put(fresh)
                known |= fresh
                if beat:
                    beat(min(start + _CHUNK, len(queue)), len(queue))
                bar.update(len(chunk))
        return np.stack([known[key] for key in keys])

    def _run(self, texts: list[str], role: Role) -> Vectors:
        import torch

        encode = self.model.encode_query if role == "query" else self.model.encode_document
        with torch.autocast("cpu", torch.bfloat16, enabled=fast_bfloat16()):
            vectors = encode(texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


def default_cache() -> Path:
    """Return the user's cache folder for this program (XDG_CACHE_HOME respected)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "shuanglian"


def _find(name: str, cache: Path) -> Path | str:
    if name in CATALOG:
        return cache
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not any((folder / file).exists() for file in ("modules.json", delta.FILE)):
            raise _unavailable(name, f"{folder} holds neither modules.json nor {delta.FILE}")
        return folder
    # OWNER/MODEL: only the hub client can tell whether it is there.
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return name
    raise _unavailable(name, "no such encoder")


def _unavailable(name: str, why: str) -> EncoderUnavailable:
    choices = ", ".join(
        [*CATALOG, "a local SentenceTransformer folder", "a hub name such as BAAI/bge-small-zh-v1.5"]
    )
    return EncoderUnavailable(
        f"没有编码器“{name}”（{why[:200]}）；可选：{'、'.join(CATALOG)}、本地 SentenceTransformer 文件夹、或模型库名称",
        f"encoder '{name}' is not available ({why[:200]}); choose {choices}",
    )


def fast_bfloat16() -> bool:
    """True where the processor multiplies bfloat16 natively: twice as fast, cosine 0.99999."""
    import torch

    checks: list[Any] = [
        getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    ]
    return any(check() for check in checks if check)


def _quiet() -> None:
    """Keep the libraries' own progress bars and load reports off the terminal."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
