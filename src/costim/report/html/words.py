"""Words of the study made safe to look at: no control character can hide, reorder or cut the text around it."""

from __future__ import annotations

import re

from costim.report.document import Inlines, Num, Quote, Term

_WHITE = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_HIDDEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides, isolates
    "\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"  # characters without width
    "\U000e0000-\U000e007f"  # tags
    "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def visible_text(text: str) -> str:
    """The text with every character that would act unseen written out, e.g. `⟦U+202E⟧`.

    Line breaks and tabs become one space. Joiners (U+200C, U+200D) stay: several scripts need them. A lone surrogate,
    which no UTF-8 file can hold, becomes U+FFFD.
    """
    plain = _SURROGATE.sub("\ufffd", _WHITE.sub(" ", text))
    return _HIDDEN.sub(lambda found: f"⟦U+{ord(found.group()):04X}⟧", plain)


def plain_text(inlines: Inlines) -> str:
    """Inline parts as one visible string, for labels and titles."""
    parts = (part.text if isinstance(part, Num | Quote | Term) else part for part in inlines)
    return visible_text("".join(parts))
