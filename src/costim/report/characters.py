"""Characters that no file format may carry are replaced visibly, never dropped."""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"
"""What stands in place of a character that cannot be written."""

# XML 1.0 allows tab, line feed, carriage return and everything from U+0020 but surrogates, U+FFFE and U+FFFF.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal_text(text: str) -> str:
    """The same text with every character that XML or UTF-8 cannot hold replaced by U+FFFD."""
    return _ILLEGAL.sub(REPLACEMENT, text)
