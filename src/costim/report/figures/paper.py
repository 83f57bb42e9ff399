"""The PDF of a figure: the SVG as it stands, on a page of its own size."""

from __future__ import annotations

import tempfile
from pathlib import Path

_PAGE = b"""#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image("figure.svg")
"""


def svg_to_pdf(svg: bytes) -> bytes:
    """Vector PDF of a picture whose letters are paths: no font to embed, the same bytes for the same picture.

    Typst does this in some milliseconds; matplotlib would take a tenth of a second a figure to cut its fonts to size.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="costim-") as name:
        folder = Path(name)
        (folder / "figure.svg").write_bytes(svg)
        (folder / "page.typ").write_bytes(_PAGE)
        compiler = typst.Compiler(
            str(folder / "page.typ"),
            root=str(folder),
            ignore_system_fonts=True,
            package_path=str(folder),
            package_cache_path=str(folder),
        )
        pdf = compiler.compile(format="pdf", timestamp=0)
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst gave {type(pdf).__name__} instead of one page")
    return pdf
