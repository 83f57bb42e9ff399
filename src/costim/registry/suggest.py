"""Did you mean ...?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

ENOUGH = 100
"""Unknown names for which a suggestion is looked for; later ones are only counted in what the user reads."""


_SLIP = 0.8
"""Share of letters from which a name is taken for a misspelling of another."""


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or a blank string when none is near.

    Case, spaces and punctuation are ignored, and so are leading zeros of a number (`01` and `1`).
    """
    return _closest(word, tuple(sorted(set(known))))


@lru_cache(maxsize=1024)
def _closest(word: str, names: tuple[str, ...]) -> str:
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(_plain(name), name)
    plain = _plain(word)
    if plain in by_plain:
        return by_plain[plain]
    for name in names:
        if plain.isdigit() and _plain(name).isdigit() and plain.lstrip("0") == _plain(name).lstrip("0"):
            return name
    near = difflib.get_close_matches(plain[:100], [p for p in by_plain if p], n=1, cutoff=0.6)
    return by_plain[near[0]] if near else ""


def is_slip_of(word: str, name: str) -> bool:
    """Is `word` most probably `name` with a letter or two wrong (`lab` for `labs`, `Subjects 1` for `subjects`)?"""
    plain, right = _plain(word), _plain(name)
    return plain == right or difflib.SequenceMatcher(None, plain[:100], right).ratio() >= _SLIP


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?` or a blank string."""
    name = closest(word, known)
    return f"did you mean {name!r}?" if name else ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words for a message, cut after `most`."""
    all_words = list(words)
    shown = ", ".join(all_words[:most])
    return shown if len(all_words) <= most else f"{shown} and {len(all_words) - most} more"
