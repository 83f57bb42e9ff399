"""Reference pages from the registries: `python docs/generate.py` writes docs/reference/.

Nothing on these pages is typed twice: each is a view of a registry that the program itself reads.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

from costim.registry.catalogue import methods, references
from costim.registry.datafiles import read_rows
from costim.registry.flags import flag_meanings
from costim.registry.parameters import parameters
from costim.registry.tables import MISSING_WORDS, Column, study_tables

HERE = Path(__file__).parent
REFERENCE = HERE / "reference"
TITLES = {
    "sledai_items.csv": "SLEDAI items",
    "sledai_versions.csv": "What the versions of SLEDAI count",
    "acr1999_syndromes.csv": "ACR 1999 neuropsychiatric syndromes",
    "np_terms.csv": "Printed terms and the syndromes they are mapped to",
    "scale_codings.csv": "Item codings of scales",
    "units.csv": "Units and their conversion",
}
"""Titles of the data files; a file without one goes by its name."""
ON_THE_PARAMETER_PAGE = ("labs.csv", "scales.csv")
BLOCKS = {
    "StudyInfo": "[study]",
    "Variants": "[variants]",
    "Visit": "[[visits]]",
    "Selector": "baseline = {...}",
    "Contrast": "[[contrasts]]",
    "Endpoint": "[[endpoints]]",
    "Family": "[[families]]",
    "OtherCauses": "[[other_causes]]",
    "Benchmark": "[[benchmarks]]",
    "Constraint": "[[constraints]]",
    "Comparison": "[[compare]]",
    "MeasureChoice": "[[measures]]",
    "Panel": "[[panels]]",
    "Cytometry": "[cytometry]",
    "Mechanism": "[mechanism]",
    "Missing": "[[missing]]",
    "Plan": "The whole file",
}
"""Model of the plan -> how its block begins in study.toml, in the order of the page."""
PLAN_FILES = ("plan", "plan_questions", "plan_assumptions", "plan_cytometry", "plan_mechanism")


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; marks and line breaks in cells come out as text."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(_cell(c) for c in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def study_tables_page() -> str:
    """Every table and column of the study folder."""
    parts = ["# Tables of the study folder\n"]
    parts.append(
        f"Schema 1. Missing words ({', '.join(map(_code, MISSING_WORDS))}) are legal in every column that is not part "
        "of the key. A column that is not needed may be left out.\n"
    )
    for table in study_tables().values():
        must = " **Must have rows.**" if table.required else ""
        parts.append(f"## {table.name}\n\n{table.prose}{must}\n")
        rows = [(_code(c.name), c.kind, _need(c), _limits(c), c.prose) for c in table.columns.values()]
        parts.append(grid(("column", "kind", "needed", "legal", "meaning"), rows))
    return "\n".join(parts)


def _need(column: Column) -> str:
    if column.key:
        return "key, may be blank" if column.optional else "key"
    return "yes" if column.required else ""


def _limits(column: Column) -> str:
    if column.values:
        return ", ".join(map(_code, column.values))
    if column.registry:
        return f"a name of {column.registry.replace('_', ' ')}"
    low = f"above {column.above:g}" if column.above is not None else ""
    if column.min is not None:
        low = f"from {column.min:g}"
    high = f"to {column.max:g}" if column.max is not None else ""
    whole = "whole numbers" if column.integer else ""
    return " ".join(p for p in (whole, low, high, column.unit) if p)


def parameters_page() -> str:
    """Every parameter a measurement may carry."""
    rows = [
        (
            _code(p.code),
            p.label,
            p.unit,
            p.worse,
            "" if p.resolution is None else f"{p.resolution:g}",
            " to ".join("" if v is None else f"{v:g}" for v in (p.minimum, p.maximum)).strip().removesuffix(" to"),
            p.reference,
        )
        for p in parameters().values()
    ]
    header = ("code", "label", "unit", "worse", "resolution", "range", "source")
    return (
        "# Parameters\n\nOne code for each thing that is measured. *Worse* says which direction is worse for the "
        "patient; differences are rounded to the *resolution* before they are ranked.\n\n" + grid(header, rows)
    )


def flags_page() -> str:
    """Flags of rows and codes of findings."""
    rows = [(_code(code), meaning) for code, meaning in flag_meanings().items()]
    return (
        "# Flags and findings\n\nA row is flagged, never dropped. Each name has one meaning, wherever it stands.\n\n"
        + grid(("name", "meaning"), rows)
    )


def methods_page() -> str:
    """Statistical methods, their sentences and assumptions."""
    rows = [
        (_code(m.code), m.label, m.sentence, m.assumption, ", ".join(map(_code, m.references)))
        for m in methods().values()
    ]
    return (
        "# Methods\n\nThe sentence of a method stands in the methods paragraph of a report that used it. `{level}` is "
        "replaced by the confidence level.\n\n" + grid(("name", "label", "sentence", "assumption", "sources"), rows)
    )


def references_page() -> str:
    """Every source the program can cite."""
    rows = [
        (_code(r.key), r.text, f"[{r.doi}](https://doi.org/{quote(r.doi)})" if r.doi else "")
        for r in references().values()
    ]
    return "# Sources\n\nA report prints those it used.\n\n" + grid(("key", "source", "DOI"), rows)


def measure_files() -> list[str]:
    """Names of the data files shown on the page of measures."""
    names = {entry.name for entry in (files("costim.registry") / "measures").iterdir()}
    return sorted(n for n in names if n.endswith(".csv") and n not in ON_THE_PARAMETER_PAGE)


def catalogue() -> str:
    """Every measure with its variants, criteria and facts; `mkdocs` runs this file as a script, so the path is said."""
    sys.path.insert(0, str(HERE))
    try:
        from measure_catalogue import catalogue_page
    finally:
        sys.path.remove(str(HERE))
    return catalogue_page(grid)


def mechanism() -> str:
    """Models of the mechanism."""
    sys.path.insert(0, str(HERE))
    try:
        from mechanism_models import mechanism_page
    finally:
        sys.path.remove(str(HERE))
    return mechanism_page(grid)


def measure_tables_page() -> str:
    """The data files behind the scores: items, terms, equivalents, thresholds."""
    parts = ["# Items, terms and conversions\n", "Each section is a data file of the package, as it stands.\n"]
    for file in measure_files():
        rows = read_rows(f"measures/{file}")
        title = TITLES.get(file, file.removesuffix(".csv").replace("_", " ").capitalize())
        parts.append(f"## {title}\n\nFile `{file}`.\n")
        parts.append(grid(tuple(rows[0]), [tuple(r.values()) for r in rows]))
    return "\n".join(parts)


def plan_page() -> str:
    """Keys of study.toml, from the source of the plan models."""
    sources = [(files("costim.registry") / f"{name}.py").read_text("utf-8") for name in PLAN_FILES]
    found = {node.name: node for text in sources for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
    parts = ["# Keys of study.toml\n", "An unknown key is an error. A key marked *must be given* has no default.\n"]
    for name in BLOCKS:
        parts.append(f"## {_heading(name)}\n\n{ast.get_docstring(found[name])}\n")
        parts.append(grid(("key", "value", "default", "meaning"), list(_keys(found[name]))))
    return "\n".join(parts)


def _heading(model: str) -> str:
    block = BLOCKS.get(model, model)
    return _code(block) if block[0] == "[" or "=" in block else block


def _keys(node: ast.ClassDef) -> Iterable[tuple[str, str, str, str]]:
    for here, after in zip(node.body, [*node.body[1:], None], strict=True):
        if not isinstance(here, ast.AnnAssign) or not isinstance(here.target, ast.Name):
            continue
        prose = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
        name, default, limits = here.target.id, "*must be given*", ""
        if isinstance(here.value, ast.Call) and ast.unparse(here.value.func) == "Field":
            words = {str(k.arg): k.value for k in here.value.keywords}
            name = ast.literal_eval(words.pop("alias")) if "alias" in words else name
            default = _default(words.pop("default", None), default)
            limits = ", ".join(f"{LIMITS[key]} {ast.unparse(value)}" for key, value in words.items() if key in LIMITS)
        elif here.value is not None:
            default = _default(here.value, "")
        yield _code(name), f"{_kind(here.annotation)} {limits}".strip(), default, str(prose)


def _default(value: ast.expr | None, otherwise: str) -> str:
    if value is None:
        return otherwise
    if isinstance(value, ast.Call):
        return _code(ast.literal_eval(value.args[0])) if value.args else ""
    plain = ast.literal_eval(value)
    if plain in (None, "", ()):
        return ""
    return _code(str(plain).lower() if isinstance(plain, bool) else str(plain))


def _kind(annotation: ast.expr) -> str:
    """Type of a key in plain words."""
    if isinstance(annotation, ast.BinOp):
        return _kind(annotation.left)
    if isinstance(annotation, ast.Subscript):
        inside = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if ast.unparse(annotation.value) == "Literal":
            return ", ".join(_code(str(ast.literal_eval(word))) for word in inside)
        if ast.unparse(inside[-1]) == "...":
            return f"list: {_kind(inside[0])}"
        return f"list of {len(inside)}: {_kind(inside[0])}"
    name = ast.unparse(annotation)
    return WORDS.get(name, f"block {_heading(name)}")


WORDS = {
    "Name": "identifier",
    "str": "text",
    "float": "number",
    "Decimal": "number",
    "int": "whole number",
    "bool": "`true`, `false`",
}
LIMITS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below", "min_length": "length at least"}


def _interface() -> ModuleType:
    """The neighbour of this file that knows `costim score`."""
    sys.path.insert(0, str(HERE))
    try:
        return import_module("json_interface")
    finally:
        sys.path.remove(str(HERE))


PAGES: dict[str, Callable[[], str]] = {
    "study-tables.md": study_tables_page,
    "plan.md": plan_page,
    "parameters.md": parameters_page,
    "measures.md": catalogue,
    "measure-tables.md": measure_tables_page,
    "score-json.md": lambda: str(_interface().interface_page(grid)),
    "score-input.schema.json": lambda: str(_interface().schema_file("input")),
    "score-output.schema.json": lambda: str(_interface().schema_file("output")),
    "mechanism.md": mechanism,
    "flags.md": flags_page,
    "methods.md": methods_page,
    "references.md": references_page,
}


def generate(folder: Path = REFERENCE) -> list[Path]:
    """Write every page; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
        written.append(folder / name)
    return written


if __name__ == "__main__":
    for path in generate():
        print(path.relative_to(HERE.parent))
