"""Fixtures that several folders share: encoders, and the demo as an installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from matcher.service import Service
from matcher.settings import Settings
from models.encoders import Encoder, default_cache

SHARED = Path(__file__).parents[2] / "shared" / "benchmarks"


@pytest.fixture(scope="session")
def bundled() -> Encoder:
    """The bundled encoder, with the cache that `make demo` uses too."""
    return Encoder("bundled", default_cache())


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real SentenceTransformer of a few kilobytes: one random vector a character."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    characters = [chr(code) for code in range(0x4E00, 0x9FA6)] + [chr(code) for code in range(32, 127)]
    vocabulary = {"[UNK]": 0} | {character: place for place, character in enumerate(characters, 1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    weights = torch.randn(len(vocabulary), 16, generator=torch.Generator().manual_seed(0))
    folder = tmp_path_factory.mktemp("encoder") / "tiny"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(
        str(folder), create_model_card=False
    )
    return folder


@pytest.fixture(scope="session")
def small_transformer(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """A real transformer, eight layers of 32 numbers with random weights, one token a character."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("transformer")
    characters = sorted(set("板栗去壳核桃油氧化尾矿制砖光伏清洗设备技术工艺需求成果甲乙丙丁：query passage"))
    special = ["<pad>", "<unk>", "<s>", "</s>"]
    vocabulary = {piece: place for place, piece in enumerate([*special, *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", cls_token="<s>", sep_token="</s>"
    ).save_pretrained(folder / "bert")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=8,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        pad_token_id=0,
        # So that so small a one learns in seconds.
        initializer_range=0.1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    BertModel(config).save_pretrained(folder / "bert")
    SentenceTransformer(
        modules=[Transformer(str(folder / "bert")), Pooling(32, pooling_mode="mean"), Normalize()],
        prompts={"query": "query: ", "document": "passage: "},
        device="cpu",
    ).save(str(folder / "whole"), create_model_card=False)
    return Encoder(str(folder / "whole"), folder / "cache")


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Small matrices are multiplied by one thread: several wait for each other longer than they work."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tiny(tiny_folder: Path, tmp_path: Path) -> Encoder:
    """The tiny encoder with an empty cache of its own."""
    return Encoder(str(tiny_folder), tmp_path / "cache")


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation that holds the indexed demo."""
    from click.testing import CliRunner

    from matcher.cli import cli

    data = tmp_path_factory.mktemp("demo") / "data"
    ran = CliRunner(env={"MATCHER_DATA": str(data)}).invoke(cli, ["init", "--demo"], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return Settings(data=data, cache=default_cache())


@pytest.fixture(scope="session")
def demo(demo_settings: Settings) -> Iterator[Service]:
    """The demo, open and indexed. Read only: tests that write make an installation of their own."""
    service = Service(demo_settings)
    service.recommender()
    yield service
    service.close()


@pytest.fixture(scope="session")
def bdci() -> Path:
    return _benchmark("bdci")


@pytest.fixture(scope="session")
def csl() -> Path:
    return _benchmark("csl")


def _benchmark(name: str) -> Path:
    if not (SHARED / name).is_dir():
        pytest.skip(f"the benchmark {name} is not beside the project")
    return SHARED / name
