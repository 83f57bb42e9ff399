"""A picture of pixels as an image element: its bytes stand in the page, its words in the text alternative."""

from __future__ import annotations

import struct
from base64 import b64encode

from markupsafe import Markup

from costim.report.html.drawing import SCALE
from costim.report.html.words import visible_text

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INCH = 0.0254


def inline_png(data: bytes, alt: str) -> Markup:
    """One picture as an `<img>`, on the screen as large as drawings are.

    Args:
        data: a PNG file that says how many pixels a metre has (chunk pHYs).
        alt: text alternative.

    Raises:
        ValueError: the bytes are no PNG file.
    """
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR":
        raise ValueError("a picture of the report is no PNG file")
    width, height = struct.unpack(">II", data[16:24])
    place = data.find(b"pHYs", 0, data.find(b"IDAT"))
    per_metre = struct.unpack(">I", data[place + 4 : place + 8])[0] if place > 0 else round(96 / _INCH)
    scale = 96 * SCALE / (per_metre * _INCH)
    return Markup('<img src="data:image/png;base64,{}" alt="{}" width="{}" height="{}" decoding="async">').format(
        b64encode(data).decode(), visible_text(alt), round(width * scale), round(height * scale)
    )
