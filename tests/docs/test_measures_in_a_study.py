"""The how-to about measures in a study: its measures exist, its facts have the homes it names."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from costim.registry.fact_homes import DRUG_LIST_WORDS, assessed_facts
from costim.registry.flags import flag_meanings
from costim.registry.measure_choices import asked_measures
from costim.registry.parameters import parameters
from costim.registry.plan import Plan

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "measures-in-a-study.md").read_text("utf-8")
STUDY = {"schema": 1, "study": {"id": "p", "title": "p", "day_convention": "first_infusion_is_day_0"}}


def test_measures_and_variants_of_the_page_exist() -> None:
    blocks = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
    asked = [entry.key for block in blocks for entry in asked_measures(Plan.model_validate(STUDY | block))]
    assert ("doris", "doris2021_lt5") in asked
    assert len(asked) == 3
    one = {"measures": [{"measure": "lldas", "variant": "lldas_franklyn+gc_bet_060"}]}
    assert asked_measures(Plan.model_validate(STUDY | one))[0].key == ("lldas", "lldas_franklyn+gc_bet_060")


def test_facts_of_the_table_on_the_page_are_recorded_in_assessments() -> None:
    rows = re.findall(r"^\| 1 \| month6 \| (\w+) \| (\S+) \|", PAGE, re.MULTILINE)
    assert len(rows) == 5
    assert {fact for fact, _ in rows} <= set(assessed_facts())
    assert ("drugs", DRUG_LIST_WORDS[0]) in rows


def test_flags_and_parameters_of_the_page_exist() -> None:
    words = set(re.findall(r"`([a-z_.0-9]+)`", PAGE))
    assert {word for word in words if word.startswith(("lldas.", "sfi."))} <= set(parameters())
    assert {"state_undecided", "drug_list_assumed", "baseline_by_day", "not_attained"} <= words & set(flag_meanings())
