"""Document and results -> one self-contained HTML page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from costim.report.document import Document, Num
from costim.report.html.embed import cells_data, rows_data, script_json
from costim.report.html.inlines import Anchors, render_inlines
from costim.report.html.policy import content_policy
from costim.report.html.view import Viewer
from costim.report.html.words import plain_text
from costim.report.outline import cited_rows, document_inlines

if TYPE_CHECKING:
    from costim.registry.provenance import Results

_STYLES = ("page.css", "tables.css", "panel.css", "print.css")
_FIRST_SCRIPTS = ("theme.js",)
_LAST_SCRIPTS = ("fold.js", "contents.js", "sort.js", "filter.js", "rows.js", "panel.js", "subjects.js")


def render_html(document: Document, results: Results, figures: Mapping[str, Path | str]) -> str:
    """The report as one HTML page that loads nothing and can be read without JavaScript.

    Args:
        document: the report as data.
        results: the rows and cells every number leads back to.
        figures: by name, the SVG file of each figure or the text of it, or its PNG file.

    Returns:
        The page; the same arguments give the same text.

    Raises:
        ValueError: the document places a figure that was not drawn, a drawing holds something other than shapes and
            words, or a number names a row that is not in the results.
    """
    from jinja2 import Environment, StrictUndefined

    cited = cited_rows(block for section in document.sections for block in section.blocks)
    _refuse_unknown_rows(document, results)
    first = _joined("scripts", _FIRST_SCRIPTS)
    last = _joined("scripts", _LAST_SCRIPTS)
    style = _joined("styles", _STYLES)
    viewer = Viewer(Anchors.of(document), figures, frozenset(results.measurements["subject"].to_list()))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_asset("page.html.jinja"))
    page = template.render(
        language=document.language if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", document.language) else "en",
        policy=content_policy([first, last], [style]),
        page_title=plain_text(document.title),
        title=render_inlines(document.title),
        subtitle=render_inlines(document.subtitle),
        sections=viewer.sections(document),
        style=Markup(style),  # noqa: S704  # our own file
        first_script=Markup(first),  # noqa: S704  # our own file
        last_script=Markup(last),  # noqa: S704  # our own file
        rows_data=script_json(rows_data(results, cited)),
        cells_data=script_json(cells_data(results)),
    )
    return page.encode("utf-8", "replace").decode("utf-8") + "\n"


def _asset(name: str) -> str:
    return files("costim.report.html").joinpath(name).read_text("utf-8")


def _joined(folder: str, names: tuple[str, ...]) -> str:
    return "\n" + "\n".join(_asset(f"{folder}/{name}") for name in names)


def _refuse_unknown_rows(document: Document, results: Results) -> None:
    """A number without a row behind it is a fault of the report, not something to print.

    Raises:
        ValueError: some number names a row that is neither an effect nor a measurement.
    """
    known = set(results.effects["effect_id"]) | set(results.measurements["measurement_id"])
    numbers = (part for part in document_inlines(document) if isinstance(part, Num))
    lost = sorted({f"{number.text!r} ({number.ref})" for number in numbers if number.ref not in known})
    if lost:
        raise ValueError(f"numbers without a row: {', '.join(lost[:5])}" + (" ..." if len(lost) > 5 else ""))
