"""The committed calibration tables: complete, repeatable, and what is offered by default keeps its promise."""

import importlib
import pkgutil

import pytest
from bench.calibration import families
from bench.calibration.case import REPETITIONS, run_case
from bench.calibration.page import read_tables
from bench.calibration.run import TABLES

NAMES = sorted(module.name for module in pkgutil.iter_modules(families.__path__))
ROWS = read_tables()


def cases(name):
    return importlib.import_module(f"bench.calibration.families.{name}").CASES


def key(row):
    return (row["family"], row["method"], row["kind"], row["scenario"], int(row["n"]))


def test_there_is_a_table_for_each_family():
    assert sorted(ROWS) == NAMES
    assert len(NAMES) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_every_cell_once_with_enough_repetitions(name):
    wanted = [(c.family, c.method, c.kind, c.scenario, c.n) for c in cases(name)]
    assert len(set(wanted)) == len(wanted)
    assert [key(row) for row in ROWS[name]] == wanted
    assert all(int(row["repetitions"]) >= REPETITIONS for row in ROWS[name])
    assert {(r["is_default"], r["assumption_holds"]) for r in ROWS[name]} == {
        (str(int(c.is_default)), str(int(c.assumption_holds))) for c in cases(name)
    }


@pytest.mark.parametrize("name", NAMES)
def test_what_is_offered_by_default_keeps_its_promise(name):
    offered = [r for r in ROWS[name] if r["is_default"] == "1" and r["assumption_holds"] == "1"]
    broken = []
    for row in offered:
        rate, target, noise = float(row["rate"]), float(row["target"]), 3 * float(row["standard_error"])
        if row["kind"] == "interval" and rate < target - 0.01:
            broken.append((key(row), rate))
        if row["kind"] == "test" and rate > (1 - target) + noise:
            broken.append((key(row), rate))
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_comes_out_the_same_again(name):
    """The quickest cell is simulated anew, in full: nobody typed these numbers."""
    case = min(cases(name), key=lambda c: (c.n, c.method, c.scenario))
    again = run_case(case)
    committed = next(r for r in ROWS[name] if key(r) == key({k: str(v) for k, v in again.items()}))
    assert {k: str(v) for k, v in again.items()} == committed


def test_the_page_shows_every_table():
    page = (TABLES / "index.md").read_text("utf-8")
    assert all(f"({name}.svg)" in page and f"({name}.csv)" in page for name in NAMES)
    assert all((TABLES / f"{name}.svg").is_file() for name in NAMES)
