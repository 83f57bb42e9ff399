"""A table scored as a batch gives byte for byte what its visits give one by one, or is left to them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from costim.cli import app
from costim.measures.problems import InputError
from costim.scoring.answer import FLAT, render_csv, render_json
from costim.scoring.asked import read_asked
from costim.scoring.batch import score_columns, score_text
from costim.scoring.large import score_large
from costim.scoring.read import read_bytes
from costim.scoring.run import score_visits
from tests.scoring.batch_tables import MEASURES, table

SOME = ("sledai:selena", "csledai", "lldas", "doris", "pga")


def batch(text: str, measures: str):
    asked, wrong = read_asked(measures)
    assert not wrong
    return score_text(text, asked)


def one_by_one(text: str, measures: str):
    return score_visits(read_bytes(text.encode(), "csv", measures))


def check_same(text: str, measures: str) -> None:
    answer, single = batch(text, measures), one_by_one(text, measures)
    assert answer is not None
    assert "".join(answer.csv_chunks()) == render_csv(single)
    assert "".join(answer.json_chunks()) == render_json(single)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("shorthands", [False, True])
def test_a_table_with_every_kind_of_cell(delimiter: str, shorthands: bool) -> None:
    check_same(
        table(f"{delimiter}{shorthands}", 60, delimiter=delimiter, shorthands=shorthands),
        "; ".join(MEASURES),
    )


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.booleans())
def test_random_tables(seed: int, shorthands: bool) -> None:
    check_same(table(seed, 12, shorthands=shorthands), "; ".join(SOME))


def test_visits_may_ask_for_measures_of_their_own() -> None:
    text = "subject,visit,rash,measures\na,1,present,sledai:selena\na,2,absent,sledai; csledai\na,3,unknown,\n"
    check_same(text, "csledai; pga")


def test_another_order_of_measures_at_a_visit_is_left_to_single_visits() -> None:
    text = "subject,rash,measures\na,present,sledai;csledai\nb,absent,csledai;sledai\n"
    assert batch(text, "sledai") is None


@pytest.mark.parametrize(
    "text",
    [
        "rash\npresent\n\n\n",
        "\ufeffrash\r\npresent\r\nabsent\r\n",
        'sep=;\nrash;note\npresent;"two\nlines"\n',
        'rash,note\npresent,"say ""no"""\n',
        "rash,drugs\n present ,none\n,\nabsent\n",
        "subject,rash\n'=1,present\n=1,absent\n",
        "subject,rash\n\u2028é,present\n",
        'rash,note\npresent,a"b\n',
    ],
)  # fmt: skip
def test_forms_of_csv(text: str) -> None:
    check_same(text, "sledai; lldas")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rash\n",
        "rsh\npresent\n",
        "rash\npresnt\n",
        "rash\npresent,absent\n",
        "rash,rash\npresent,present\n",
        "rash,pga\npresent,1\n",
        "rash,pga [0-3]\npresent,3.5\n",
        "subject,visit,rash\na,1,present\na,1,absent\n",
        f"subject,rash\n{'a' * 201},present\n",
        "rash,present\nabsent,rash\n",
        "rash.day,rash\n-2,absent\n",
        "rash,measures\npresent,sledia\n",
        'rash\n"present"x\n',
    ],
)
def test_what_is_refused_is_left_to_the_reader_that_says_why(text: str) -> None:
    assert batch(text, "sledai") is None


@pytest.mark.parametrize("text", ["rash,note\npresent,x\nabsent,y\n", "rash\nunknown\n"])
def test_without_measures_single_visits_decide(text: str) -> None:
    assert score_text(text) is None


def test_the_frame_holds_what_the_csv_holds() -> None:
    text = table(4, 40)
    answer = batch(text, "; ".join(MEASURES))
    assert answer is not None
    frame = answer.frame()
    assert frame.columns == ["row", *FLAT]
    order = {entry: place for place, entry in enumerate(answer.table.asked)}
    place = pl.Series([order[pair] for pair in zip(frame["measure"], frame["variant"], strict=True)])
    rows = frame.with_columns(place.alias("place")).sort("row", "place")
    single = one_by_one(text, "; ".join(MEASURES))
    assert rows["value"].to_list() == [scored.result.value for scored in single]
    assert rows["lower"].to_list() == [scored.result.lower for scored in single]
    assert rows["missing"].to_list() == [";".join(scored.result.missing) for scored in single]
    assert rows["decided_by"].to_list() == [";".join(scored.result.decided_by) for scored in single]
    assert rows["complete"].to_list() == [scored.result.complete for scored in single]
    assert rows["subject"].to_list() == [scored.subject for scored in single]


def test_columns_in_a_frame_out() -> None:
    given_columns = {"rash": ["present", "absent"], "previous.rash": ["", ""], "pga [0-100]": ["36", "1"]}
    frame = score_columns(given_columns, ["sledai", "pga"])
    assert frame["measure"].to_list() == ["sledai", "sledai", "pga", "pga"]
    assert frame.filter(pl.col("measure") == "pga")["value"].to_list() == [Decimal("1.08"), Decimal("0.03")]
    assert given_columns == {"rash": ["present", "absent"], "previous.rash": ["", ""], "pga [0-100]": ["36", "1"]}


def test_columns_that_are_no_visits() -> None:
    with pytest.raises(InputError) as caught:
        score_columns({"rash": ["present"], "fever": []}, "sledai")
    assert str(caught.value) == (
        "1 problem; nothing was scored.\ninput\n  found: columns of different length (rash: 1, fever: 0)\n"
        "  expected: a text per visit in every column\n  do: fill them up with blank texts"
    )
    with pytest.raises(InputError, match=r"line 3 .* sledai: rash"):
        score_columns({"rash": ["present", "presnt"]}, "sledai")


def test_columns_that_no_batch_can_hold_are_scored_one_by_one() -> None:
    frame = score_columns({"rash": ["present", "absent"], "measures": ["sledai;csledai", "csledai;sledai"]})
    assert frame["row"].to_list() == [0, 1, 0, 1]
    assert frame["measure"].to_list() == ["sledai", "sledai", "csledai", "csledai"]
    assert frame["lower"].to_list() == [2, 0, 2, 0]
    assert frame["decided_by"].to_list() == ["rash", "", "rash", ""]


def test_the_command_scores_a_large_table_as_a_batch(tmp_path) -> None:
    text = table(9, 320)
    measures = ["sledai:selena", "doris"]
    assert score_large(text.encode(), None, "; ".join(measures)) is not None
    path = tmp_path / "visits.csv"
    path.write_text(text, "utf-8")
    words = ["score", str(path), "--measure", measures[0], "--measure", measures[1]]
    single = one_by_one(text, "; ".join(measures))
    assert CliRunner().invoke(app, [*words, "--out", "csv"]).stdout == render_csv(single)
    printed = CliRunner().invoke(app, words).stdout
    assert printed == render_json(single)
    assert len(json.loads(printed)["results"]) == 640


def test_a_large_table_with_one_wrong_cell_is_refused_with_its_line(tmp_path) -> None:
    lines = table(9, 320).split("\n")
    lines[200] = lines[200].replace("absent", "abcent", 1)
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(lines), "utf-8")
    result = CliRunner().invoke(app, ["score", str(path), "--measure", "sledai"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "line 201" in result.stderr
    assert "abcent" in result.stderr


@pytest.mark.parametrize(
    ("data", "form"),
    [(b"rash\npresent\n", None), (b"[]" + b"\n" * 400, None), (b"\xff\n" * 400, None), (b"{}\n" * 400, "jsonl")],
)
def test_small_files_other_forms_and_no_text_are_no_batch(data: bytes, form) -> None:
    assert score_large(data, form, "sledai") is None


def test_the_example_of_the_page_runs() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "score-many-visits.md"
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    names: dict[str, pl.DataFrame] = {}
    exec(code, names)  # noqa: S102  # our own page
    frame = names["frame"]
    assert frame["variant"].unique(maintain_order=True).to_list() == ["sledai_1992", "sledai_2k_30d", "doris2021_le5"]
    assert frame.filter(pl.col("row") == 0)["lower"].to_list() == [0, 2, None]
    assert frame.filter(pl.col("row") == 1)["state"].to_list() == ["", "", "unknown"]
