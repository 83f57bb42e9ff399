"""References of measures, with what is unverified marked."""

from __future__ import annotations

import pytest

from costim.measures.problems import InputError
from costim.registry.catalogue import references
from costim.registry.measure_catalogue import measures
from costim.scoring.cite import cite, render_list, render_text


def test_every_measure_lists_its_variants_marks_and_sources() -> None:
    found = cite(measures())
    assert list(found["measures"]) == list(measures())
    for code, entry in found["measures"].items():
        info = measures()[code]
        assert [v["name"] for v in entry["variants"]] == list(info.variants)
        assert [v["name"] for v in entry["variants"] if v["default"]] == [info.default]
        assert all(v["evidence"] and v["references"] for v in entry["variants"]), code
        for part in (*entry["variants"], *entry["criteria"]):
            assert part["unverified"] is (part["evidence"] == "M")
        assert set(entry["references"]) <= set(found["sources"]), code


def test_sources_have_their_text_and_doi() -> None:
    found = cite(["lldas", "sledai"])
    for key, source in found["sources"].items():
        assert source == {"text": references()[key].text, "doi": references()[key].doi}


def test_text_numbers_the_references_and_says_what_is_unverified() -> None:
    text = render_text(cite(["bilag_np"]))
    assert "BILAG-2004 neuropsychiatric grade (bilag_np)" in text
    plain = " ".join(text.split())
    assert "M ! bilag2004_np (default)" in plain
    assert "[1] UNVERIFIED: from memory" in plain
    assert f"[1] {references()['bilag2004_form'].text}" in plain
    assert "M from memory, unverified: check the paper before relying on it" in plain
    assert max(map(len, text.splitlines())) <= 100


def test_a_verified_measure_has_no_warning() -> None:
    assert "UNVERIFIED" not in render_text(cite(["pga"]))


def test_unknown_measures_are_said_together() -> None:
    with pytest.raises(InputError) as caught:
        cite(["pgaa", "pga", "nothing_like_it"])
    assert [p.found for p in caught.value.problems] == ['the measure "pgaa"', 'the measure "nothing_like_it"']
    assert caught.value.problems[0].action == "did you mean 'pga'?"
    assert caught.value.problems[1].action == "`costim cite` lists all measures"


def test_the_list_names_every_measure_with_its_default() -> None:
    lines = render_list().splitlines()
    assert [line.split()[0] for line in lines[: len(measures())]] == list(measures())
    assert all(f"(default {info.default})" in line for line, info in zip(lines, measures().values(), strict=False))


def test_one_code_may_stand_alone() -> None:
    assert cite("lldas") == cite(["lldas"])
