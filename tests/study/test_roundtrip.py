"""Random valid tables, written in any legal way, are read as the same frames."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from costim.registry.tables import study_tables
from costim.study.check import check_study
from costim.study.study import Study
from tests.study.folder import CONFIG

QUIET = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking whole studies takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WORDS = ["not done", "Not Reported", "NOT RECOVERED", ""]
TEXT = st.text(alphabet="abz Üéñ,;\"'=+-@<&\t\n€1", min_size=1, max_size=12).map(str.strip).filter(bool)
NAME = st.text(alphabet="ab 1é,;\"'=", min_size=1, max_size=6).map(str.strip).filter(bool)
NUMBER = st.integers(2, 99).flatmap(lambda n: st.sampled_from([f"{n}", f"{n}.5", f"{n}.25"]))
INTERVAL = st.one_of(
    NUMBER,
    NUMBER.map(lambda n: f"<{n}"),
    NUMBER.map(lambda n: f"≥{n}"),
    st.tuples(st.integers(2, 50), st.integers(51, 99)).map(lambda ends: f"{ends[0]}-{ends[1]}"),
)
_MISSING_LIKE = {"not done", "not reported", "not recovered"}


def cell(values):
    return st.one_of(values, values, values, st.sampled_from(WORDS))


@st.composite
def studies(draw) -> dict[str, list[list[str]]]:
    subjects = draw(st.lists(st.integers(1, 30).map(str), min_size=1, max_size=5, unique=True))
    terms = draw(st.lists(NAME.filter(lambda n: n.casefold() not in _MISSING_LIKE), max_size=4, unique=True))
    visits = ["entry", "day28"]
    tables: dict[str, list[list[str]]] = {
        "subjects": [["subject", "sex", "age_years", "weight_kg", "bsa_m2", "note"]],
        "visits": [["subject", "visit", "day", "note"]],
        "labs": [["subject", "visit", "timepoint", "test", "value", "unit", "note"]],
        "manifestations": [["subject", "kind", "term", "outcome", "outcome_as_printed"]],
        "infusions": [["subject", "infusion", "day", "drug", "amount", "unit"]],
    }
    for subject in subjects:
        sex = draw(cell(st.sampled_from(["F", "M", "other"])))
        tables["subjects"].append(
            [subject, sex, draw(cell(INTERVAL)), draw(cell(NUMBER)), draw(cell(st.just("1.75"))), draw(cell(TEXT))]
        )
        tables["visits"] += [[subject, visit, draw(cell(INTERVAL)), draw(cell(TEXT))] for visit in visits]
        for visit in visits:
            point = draw(st.sampled_from(["", "pre", "post"]))
            tables["labs"].append([subject, visit, point, "our_test", draw(cell(INTERVAL)), "", draw(cell(TEXT))])
        tables["manifestations"] += [
            [subject, "np", term, draw(cell(st.just("resolved"))), draw(cell(TEXT))] for term in terms
        ]
        tables["infusions"].append([subject, "1", "0", "rituximab", draw(NUMBER), "mg/m2"])
    return tables


def csv_bytes(rows, *, delimiter=",", end="\n", encoding="utf-8", decimal=".", quoting=csv.QUOTE_MINIMAL) -> bytes:
    if decimal == ",":
        rows = [[_with_comma(c) for c in row] for row in rows]
    if end == "\r":
        quoting = csv.QUOTE_ALL  # the writer would leave a line feed inside a cell bare
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue().encode(encoding)


def _with_comma(text: str) -> str:
    return text.replace(".", ",") if text[:1] in "0123456789<≥" and text.strip("0123456789.<≥-") == "" else text


def read_folder(files: dict[str, bytes]) -> Study:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in {"study.toml": CONFIG.encode(), **files}.items():
            (Path(folder) / name).write_bytes(data)
        study, findings = check_study(folder)
    assert study is not None, [f for f in findings if f.severity == "error"]
    return study


def _bears(rows, encoding: str) -> bool:
    """Can the text be told apart in this encoding? `Ü€` in Windows-1252 has the bytes of another sign in UTF-8."""
    if encoding != "cp1252":
        return True
    try:
        return csv_bytes(rows, encoding=encoding).decode("utf-8").isascii()
    except UnicodeDecodeError:
        return True


def plain(tables) -> Study:
    return read_folder({f"{name}.csv": csv_bytes(rows) for name, rows in tables.items()})


def assert_same(one: Study, other: Study, *, rows: bool) -> None:
    for name in study_tables():
        left, right = one.tables[name], other.tables[name]
        if not rows:
            left, right = left.drop("_row"), right.drop("_row")
        assert left.equals(right), (name, left, right)


@given(studies(), st.data())
@QUIET
def test_csv_in_any_legal_form(tables, data):
    files = {}
    for name, rows in tables.items():
        delimiter = data.draw(st.sampled_from([",", ";", "\t"]))
        texts = [[c.replace("≥", ">=") for c in row] for row in rows]
        legal = [e for e in ("utf-8", "utf-8-sig", "utf-16", "cp1252") if _bears(texts, e)]
        encoding = data.draw(st.sampled_from(legal))
        files[f"{name}.csv"] = csv_bytes(
            texts,
            delimiter=delimiter,
            end=data.draw(st.sampled_from(["\n", "\r\n", "\r"])),
            encoding=encoding,
            decimal=data.draw(st.sampled_from([".", ","])),
            quoting=data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        )
    assert_same(plain(tables), read_folder(files), rows=True)


@given(studies())
@QUIET
def test_workbook(tables):
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for r, row in enumerate(rows, start=1):
            for c, text in enumerate(row, start=1):
                target = sheet.cell(r, c)
                number = text.replace(".", "", 1).isdigit() and text.isascii() and r > 1
                target.value = float(text) if number else text or None
                if text.startswith("="):
                    target.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    assert_same(plain(tables), read_folder({"study.xlsx": out.getvalue()}), rows=False)


@given(studies(), st.randoms(use_true_random=False))
@QUIET
def test_order_of_rows_and_columns_changes_only_addresses(tables, chance: random.Random):
    shuffled = {}
    for name, (header, *rows) in tables.items():
        order = chance.sample(range(len(header)), len(header))
        moved_rows = chance.sample(rows, len(rows))
        shuffled[name] = [[row[i] for i in order] for row in [header, *moved_rows]]
    one, other = plain(tables), plain(shuffled)
    assert_same(one, other, rows=False)
    assert set(one.addresses) == set(other.addresses)
    for cell_name, address in one.addresses.items():
        moved = other.addresses[cell_name]
        assert (address.found, address.column, address.file) == (moved.found, moved.column, moved.file)


@given(studies())
@QUIET
def test_reading_twice_gives_the_same(tables):
    one, other = plain(tables), plain(tables)
    assert_same(one, other, rows=True)
    assert one.findings == other.findings
    assert list(one.addresses.items()) == list(other.addresses.items())
    assert one.inputs == other.inputs
