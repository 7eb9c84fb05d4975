"""Taxonomies: the vocabulary's lists, and the words that an installation adds to them by hand.

Its own words are kept in the store, so that every process has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpora.choices import Choices
from corpora.errors import BadRequest, UnknownRecord, shorten
from corpora.store import Store
from corpora.vocabulary import normalize, use_words, vocabulary

#: Under what the choices of an installation keep its words.
_NAME = "vocabulary"
#: The lists that may grow, in order of presentation, and what they are called.
LISTS = {
    "counties": ("县区", "counties"),
    "modes": ("合作方式", "cooperation modes"),
    "stages": ("阶段（TRL）", "stages (TRL)"),
    "ownership": ("产权归属", "ownership"),
    "organization_kinds": ("机构类型", "kinds of organization"),
    "tiers": ("企业梯队", "enterprise tiers"),
    "open_words": ("表示“未定”的词", "words that leave a value open"),
}
MOST_LETTERS = 40
#: Each word is looked for in every heading and cell.
MOST_WORDS = 2000


@dataclass(frozen=True)
class Entry:
    """One entry of a list, or a list that has but words (key ``""``); `own` words may be taken away."""

    name: str
    key: str
    zh: str
    en: str
    words: tuple[str, ...]
    own: tuple[str, ...]


def entries(store: Store, name: str) -> list[Entry]:
    """Return the entries of the list `name`. Raises UnknownRecord where there is no such list."""
    if name not in LISTS:
        raise UnknownRecord(
            f"没有词表“{shorten(name)}”；有：{'、'.join(LISTS)}",
            f"there is no list '{shorten(name)}'; there are {', '.join(LISTS)}",
        )
    refresh(store)
    own = own_words(store)
    return [
        Entry(name, key, zh, en, tuple(word for word in words if word not in mine), tuple(mine))
        for key, zh, en, words in _rows(name)
        for mine in [_words_at(own, name, key)]
    ]


def add_word(store: Store, name: str, key: str, word: str, who: str) -> None:
    """Let `word` mean the entry `key` of the list `name`, in every process.

    Raises BadRequest for what is no word, or means something already; UnknownRecord for an unknown place.
    """
    word = word.strip()
    if not 1 <= len(word) <= MOST_LETTERS or not word.isprintable() or not normalize(word):
        raise BadRequest(
            f"“{shorten(word)}”不行：一个词有 1–{MOST_LETTERS} 个字，不换行",
            f"'{shorten(word)}' is no word: it has 1–{MOST_LETTERS} letters on one line",
        )
    if name == "counties" and len(word) < 3:
        # A county is also recognised without its last letter; one letter alone is in every address.
        raise BadRequest(
            f"县区要写全称，如“商州区”，现为“{word}”", f"write a county in full, like 商州区, not '{word}'"
        )
    with store.transaction():
        known = entries(store, name)
        if key not in {entry.key for entry in known}:
            raise UnknownRecord(f"没有“{shorten(key)}”这一项", f"there is no entry '{shorten(key)}'")
        for entry in known:
            said = (entry.key, entry.zh, entry.en, *entry.words, *entry.own)
            if normalize(word) in {normalize(one) for one in said if one}:
                raise BadRequest(f"“{word}”已经表示“{entry.zh}”", f"'{word}' already means '{entry.en}'")
        own = own_words(store)
        if sum(len(words) for one in LISTS for words in _all_words(own, one)) >= MOST_WORDS:
            raise BadRequest(f"最多加 {MOST_WORDS} 个词", f"at most {MOST_WORDS} words may be added")
        _keep(store, _with(own, name, key, [*_words_at(own, name, key), word]), who)


def remove_word(store: Store, name: str, key: str, word: str, who: str) -> None:
    """Take an own word away again. Raises UnknownRecord where it is none."""
    with store.transaction():
        own = own_words(store)
        words = _words_at(own, name, key)
        if word not in words:
            raise UnknownRecord(
                f"“{shorten(word)}”不是自己加的词，或已删去",
                f"'{shorten(word)}' is not an own word, or gone already",
            )
        _keep(store, _with(own, name, key, [one for one in words if one != word]), who)


def own_words(store: Store) -> dict[str, Any]:
    """Return the installation's own words, shaped like an extension of vocabulary.yaml."""
    kept = Choices(store).get(_NAME)
    return dict(json.loads(kept.value)) if kept else {}


def refresh(store: Store) -> None:
    """Put the own words that the store keeps now in force, for this process."""
    kept = Choices(store).get(_NAME)
    use_words(kept.value if kept else "")


def _rows(name: str) -> Iterator[tuple[str, str, str, list[str]]]:
    content = vocabulary().lists[name]
    if isinstance(content, list):
        yield "", *LISTS[name], content
        return
    for key, entry in content.items():
        yield key, entry["zh"], entry["en"], entry.get("words", [])


def _words_at(own: Mapping[str, Any], name: str, key: str) -> list[str]:
    return list(own.get(name, {}).get(key, {}).get("words", []) if key else own.get(name, []))


def _all_words(own: Mapping[str, Any], name: str) -> Iterator[list[str]]:
    content = own.get(name, [])
    yield from [content] if isinstance(content, list) else [entry["words"] for entry in content.values()]


def _with(own: Mapping[str, Any], name: str, key: str, words: list[str]) -> dict[str, Any]:
    """Return the own words with those at one place replaced."""
    return {**own, name: {**own.get(name, {}), key: {"words": words}} if key else words}


def _keep(store: Store, own: Mapping[str, Any], who: str) -> None:
    Choices(store).set(_NAME, json.dumps(own, ensure_ascii=False, sort_keys=True), who)
    refresh(store)
