"""The report as a PDF file, set by typst."""

from costim.report.pdf.render import render_pdf

__all__ = ["render_pdf"]
