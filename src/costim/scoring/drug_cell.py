"""Drugs in one cell: `prednisolone 6 mg daily; azathioprine 100 mg daily increased`, or `none`."""

from __future__ import annotations

import re
from typing import Any

from costim.measures.drug_names import drug_words
from costim.measures.parse_number import NUMBER

_DOSE = re.compile(rf"(?:^|\s)((?:<=|>=|<|>|≤|≥)?\s*{NUMBER}(?:\s*(?:-|–)\s*{NUMBER})?)\s*([^\W\d_][^\s]*)?(?=\s|$)")
_STRAY = re.compile(r"(?:^|\s)[<>=≤≥]*[0-9](?![0-9]*-[^\W\d_])")
"""A word of a name that begins with a number, other than `6-mercaptopurine`: a dose that was not understood."""
_THOUSAND = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
NO_DRUG = "none"


def read_drug_cell(text: str) -> list[Any]:
    """Drugs as JSON would give them; a part that cannot be told apart is left as text, which the parser refuses.

    Args:
        text: drugs joined with `;`, each as name, dose, unit, and in any order frequency, route, change and the word
            `investigational`. `none` says that no drug is taken.
    """
    if text.strip().casefold() == NO_DRUG:
        return []
    parts = [part for part in text.split(";") if part.strip()]
    return [_drug(" ".join(part.split())) for part in parts] or [text]


def _drug(text: str) -> Any:
    found: dict[str, Any] = {}
    dose = _DOSE.search(text)
    if dose is None:
        name, rest = _split_name(text)
    elif _THOUSAND.search(dose[1]):  # 1.000 mg may be a gram
        return text
    else:
        name, rest = text[: dose.start()].strip(), text[dose.end() :].strip()
        found["dose"] = dose[1]
        word = dose[2] or ""
        if word.casefold().replace("µ", "u").replace("μ", "u") in drug_words()["unit"]:
            found["unit"] = word.casefold().replace("µ", "u").replace("μ", "u")
        else:
            rest = f"{word} {rest}".strip()
    if name:
        found["drug"] = name
    rest = _take_words(rest.casefold(), found)
    return text if rest or _STRAY.search(name) else found


def _split_name(text: str) -> tuple[str, str]:
    """Name, and the known words at the end of a drug without dose."""
    words = text.split(" ")
    for cut in range(1, len(words) + 1):
        if not _take_words(" ".join(words[cut:]).casefold(), {}):
            return " ".join(words[:cut]), " ".join(words[cut:])
    return text, ""


def _take_words(rest: str, found: dict[str, Any]) -> str:
    """Take known words from the front, the longest first; what is left is not understood."""
    known = [(word, key) for key in ("frequency", "route", "change") for word in drug_words()[key]]
    known.append(("investigational", "investigational"))
    known.sort(key=lambda pair: -len(pair[0]))
    while rest:
        for word, key in known:
            if key not in found and (rest == word or rest.startswith(f"{word} ") or rest.startswith(f"{word},")):
                found[key] = True if key == "investigational" else word
                rest = rest[len(word) :].lstrip(" ,")
                break
        else:
            return rest
    return ""
