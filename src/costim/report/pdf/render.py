"""The document as PDF: the template is ours, the content is data beside it, the fonts come with the libraries."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from costim.report.document import Document, FigureRef
from costim.report.outline import numbered_blocks
from costim.report.pdf.content import document_data
from costim.report.pdf.glyphs import Glyphs, font_folder

_IMAGES = (".svg", ".png")
"""Not PDF: a PDF inside a tagged PDF has no structure a screen reader could follow, and typst refuses it."""


def render_pdf(document: Document, figures: Mapping[str, Path]) -> bytes:
    """The report as a tagged PDF (PDF/UA-1), the same bytes for the same document and figures.

    Args:
        document: The report.
        figures: SVG or PNG files by figure name.

    Raises:
        KeyError: a figure of the document has no picture.
        ValueError: a picture has another format.
    """
    pdf = compile_report(document, figures, format="pdf", timestamp=0, pdf_standards=["ua-1"])
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst gave {type(pdf).__name__} instead of one file")
    return pdf


def compile_report(document: Document, figures: Mapping[str, Path], **output: Any) -> bytes | list[bytes] | None:
    """The report as typst gives it; `output` says the format (see `typst.Compiler.compile`)."""
    import typst

    with tempfile.TemporaryDirectory(prefix="costim-") as name:
        folder = Path(name)
        images = _copy_images(document, figures, folder)
        data = document_data(document, images, Glyphs())
        (folder / "report.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        (folder / "report.typ").write_bytes((files("costim.report.pdf") / "report.typ").read_bytes())
        compiler = typst.Compiler(
            str(folder / "report.typ"),
            root=str(folder),
            font_paths=[str(font_folder())],
            ignore_system_fonts=True,
            package_path=str(folder),
            package_cache_path=str(folder),
        )
        compiled: bytes | list[bytes] | None = compiler.compile(**output)
        return compiled


def _copy_images(document: Document, figures: Mapping[str, Path], folder: Path) -> dict[str, str]:
    copied = {}
    blocks = (n.block for n in numbered_blocks(document))
    for i, block in enumerate(b for b in blocks if isinstance(b, FigureRef)):
        if block.name not in figures:
            raise KeyError(f"no picture for figure {block.name!r}")
        source = figures[block.name]
        if source.suffix not in _IMAGES:
            raise ValueError(f"figure {block.name!r}: {source.name} is none of {', '.join(_IMAGES)}")
        copied[block.name] = f"figure{i}{source.suffix}"
        (folder / copied[block.name]).write_bytes(source.read_bytes())
    return copied
