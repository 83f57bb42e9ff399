"""Examples of `costim score` on the pages give what the pages say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import costim
from costim.measures.problems import PROBLEM_CODES
from costim.registry.measure_catalogue import facts
from costim.scoring.answer import FLAT
from costim.scoring.read import read_bytes
from costim.scoring.run import score_visits
from tests.docs.test_reference import generator, pages  # noqa: F401  # fixtures

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "score-single-visits.md"


def blocks(language: str) -> list[str]:
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [text for name, text in fences if name == language]


def test_the_table_is_scored() -> None:
    (table,) = [block for block in blocks("") if block.startswith("subject,")]
    found = score_visits(read_bytes(table.encode()))
    assert [(s.subject, s.result.measure, s.result.variant) for s in found] == [
        ("p1", "lldas", "lldas_franklyn"),
        ("p1", "doris", "doris2021_le5"),
        ("p2", "sledai", "sledai_1992"),
        ("p2", "sledai", "sledai_2k_10d"),
    ]


def test_the_json_gives_the_printed_result() -> None:
    (text,) = blocks("json")
    found = score_visits(read_bytes(text.encode()))
    (said,) = [block for block in blocks("") if block.startswith('{"subject"')]
    printed = json.loads(said.strip().removesuffix(", ...}") + "}")
    result = found[1].result
    assert printed == {
        "subject": found[1].subject,
        "visit": found[1].visit,
        "measure": result.measure,
        "variant": result.variant,
        "window_days": result.window_days,
        "value": int(result.value or -1),
    }


def test_the_python_examples_run() -> None:
    (code,) = blocks("python")
    exec(compile(code, "page", "exec"), {})  # noqa: S102  # our own page
    assert "costim.score_records" in code
    assert costim.score_records


def test_the_reference_lists_every_fact_key_and_problem(pages: dict[str, str]) -> None:  # noqa: F811
    page = pages["score-json.md"]
    named = set(re.findall(r"`([a-z0-9_]+)`", page))
    assert set(facts()) <= named
    assert set(PROBLEM_CODES) <= named
    assert {*FLAT, "checks"} <= named
    assert json.loads(pages["score-input.schema.json"])["$id"] == "urn:costim:score:input:1"
