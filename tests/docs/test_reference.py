"""The reference is generated, and holds every entry of every registry."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from costim.registry.catalogue import methods, references
from costim.registry.datafiles import read_rows
from costim.registry.flags import flag_meanings
from costim.registry.measure_catalogue import measures
from costim.registry.parameters import parameters
from costim.registry.plan_model import Model
from costim.registry.tables import MISSING_WORDS, study_tables

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("costim_docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(generator: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("reference")
    return {path.name: path.read_text("utf-8") for path in generator.generate(folder)}


def test_tables_and_columns(pages: dict[str, str]) -> None:
    page = pages["study-tables.md"]
    sections = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    assert list(sections) == list(study_tables())
    for table in study_tables().values():
        rows = [line for line in sections[table.name].splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == list(table.columns)
        assert all(column.prose.replace("<", "&lt;") in sections[table.name] for column in table.columns.values())
        assert all(f"`{value}`" in sections[table.name] for c in table.columns.values() for value in c.values)
    assert all(f"`{word}`" in page for word in MISSING_WORDS)


@pytest.mark.parametrize(
    ("page", "codes"),
    [
        ("parameters.md", tuple(parameters())),
        ("flags.md", tuple(flag_meanings())),
        ("methods.md", tuple(methods())),
        ("references.md", tuple(references())),
    ],
)
def test_one_row_per_entry(pages: dict[str, str], page: str, codes: tuple[str, ...]) -> None:
    rows = [line.split("`")[1] for line in pages[page].splitlines() if line.startswith("| `")]
    assert rows == list(codes)


def test_plan_keys(generator: ModuleType, pages: dict[str, str]) -> None:
    page = pages["plan.md"]
    found = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    models = {model.__name__: model for model in Model.__subclasses__()}
    assert set(models) == set(generator.BLOCKS)
    wanted = [f.alias or name for model in generator.BLOCKS for name, f in models[model].model_fields.items()]
    assert found == wanted
    required = sum(f.is_required() for model in Model.__subclasses__() for f in model.model_fields.values())
    assert page.count("| *must be given* |") == required


def test_measures_hold_every_line_of_every_data_file(generator: ModuleType, pages: dict[str, str]) -> None:
    page = pages["measure-tables.md"]
    shown = generator.measure_files()
    assert page.count("\nFile `") == len(shown)
    stored = {p.name for p in (ROOT / "src" / "costim" / "registry" / "measures").glob("*.csv")}
    assert set(shown) == stored - set(generator.ON_THE_PARAMETER_PAGE)
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(lines) == sum(len(read_rows(f"measures/{file}")) + 1 for file in shown)


def test_cells_cannot_break_a_table(generator: ModuleType) -> None:
    made = generator.grid(("a", "b"), [("x|y\nz", "<script>")])
    assert made.splitlines()[-1] == "| x\\|y z | &lt;script> |"
    assert len(made.splitlines()) == 3


def test_same_pages_every_time(generator: ModuleType) -> None:
    assert [page() for page in generator.PAGES.values()] == [page() for page in generator.PAGES.values()]


def test_every_measure_stands_with_its_variants_criteria_and_facts(pages: dict[str, str]) -> None:
    page = pages["measures.md"]
    sections = dict(part.split(" }\n", 1) for part in page.split("{ #")[1:])
    assert list(sections) == list(measures())
    for info in measures().values():
        rows = [line.split("`")[1] for line in sections[info.code].splitlines() if line.startswith("| `")]
        values = [value for option in info.options.values() for value in option.values]
        criteria = [c.name for c in info.criteria]
        assert rows == [*info.variants, *values, *criteria, *info.facts, *info.shared]
        for variant in info.variants.values():
            line = next(x for x in sections[info.code].splitlines() if x.startswith(f"| `{variant.name}`"))
            assert f"| {variant.evidence} |" in line
            assert all(key in line for key in variant.references)


def test_the_mechanism_page_shows_every_value_with_its_evidence(pages: dict[str, str]) -> None:
    from costim.mechanism.model.agents import agent_names
    from costim.mechanism.model.catalogue import MODELS, load_model

    page = pages["mechanism.md"]
    assert all(f"`{name}`" in page for name in (*MODELS[1:], *agent_names()))
    loop = load_model("loop")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `") and "×" not in line}
    for p in (*loop.parameters.values(), *loop.scales.values()):
        lines = [line for line in page.splitlines() if line.startswith(f"| `{p.name}` | {p.title} |")]
        assert lines, p.name
        assert f" {p.value:g} " in lines[0]
        assert f"| {p.evidence} |" in lines[0]
    assert all(f"{s.name}' = {s.rate}" in page for s in loop.states.values())
    assert rows["kE"].count("speculative") == 1
