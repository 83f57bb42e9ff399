"""The report as a Word file with native, editable tables."""

from costim.report.word.render import render_docx

__all__ = ["render_docx"]
