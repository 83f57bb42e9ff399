"""Which characters the fonts of the PDF can show. The rest is printed as code points, never as empty boxes.

Only fonts that come with the libraries are used, so that the file does not depend on the machine: Libertinus Serif
(inside typst) and, for what it lacks, DejaVu Sans (inside matplotlib, also the font of the figures).
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from costim.report.columns import letter_width, word_width

_LONG = re.compile(r"\S+")
_JOINT = re.compile(r"(?<=[._/;:,=|+\-])(?=\w)")
_BREAK = "\u200b"
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
_JOINERS = "\u00ad\u200b\u200c\u200d\n"
_UNSEEN = ("Cc", "Cf", "Co")
"""Control, direction and private characters: a reader must see that they are there."""


def font_folder() -> Path:
    """Folder of the fonts that come with matplotlib."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


class Glyphs:
    """The characters that can be printed, and whether any other was met."""

    def __init__(self) -> None:
        from matplotlib.ft2font import FT2Font

        charmap = FT2Font(str(font_folder() / "DejaVuSans.ttf")).get_charmap()
        visible = (chr(code) for code in charmap if unicodedata.category(chr(code)) not in _UNSEEN)
        self._known = frozenset(visible) | frozenset(_JOINERS)
        self.replaced = False
        """Whether a character had to be printed as its code point."""

    def printable(self, text: str) -> str:
        """The text with characters that no font has as `[U+7D71]`."""
        text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
        if all(c in self._known for c in text):
            return text
        self.replaced = True
        return "".join(c if c in self._known else f"[U+{ord(c):04X}]" for c in text)


def break_words(text: str, room: float) -> str:
    """The text with places to break in words wider than `room` usual letters: after joints, else anywhere."""
    return _LONG.sub(lambda m: m[0] if word_width(m[0]) <= room else _broken(m[0], room), text)


def _broken(word: str, room: float) -> str:
    pieces = []
    for piece in _JOINT.split(word):
        start, used = 0, 0.0
        for i, char in enumerate(piece):
            used += letter_width(char)
            if used > room and i > start:
                pieces.append(piece[start:i])
                start, used = i, letter_width(char)
        pieces.append(piece[start:])
    return _BREAK.join(pieces)
