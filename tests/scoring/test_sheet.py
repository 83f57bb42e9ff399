"""Score sheets: everything of the catalogue is on the page, and the page loads nothing."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from costim.errors import CostimError
from costim.registry.catalogue import references
from costim.registry.measure_catalogue import EVIDENCE_MEANING, facts, measures
from costim.scoring.sheet import build_sheet, render_sheet
from costim.scoring.sheets import read_name, write_all_sheets, write_sheet


def words(page: str) -> str:
    body = page.partition("<body>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


class Balanced(HTMLParser):
    """Fails where a tag is closed that is not open."""

    VOID = ("meta", "br", "link", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("code", sorted(measures()))
def test_a_sheet_holds_the_whole_measure(code: str) -> None:
    info = measures()[code]
    page = render_sheet(code)
    text = words(page)
    variant = info.variants[info.default]
    assert text.startswith(build_sheet(code).title)
    assert info.label in text
    assert variant.name in text
    assert variant.label in text
    if variant.window_days is not None:
        assert f"back to day -{variant.window_days}, both included" in text
    for fact in (*info.facts.values(), *(facts()[name] for name in info.shared)):
        if fact.kind != "drugs":
            assert " ".join(fact.label.split()) in text, fact.name
            assert " ".join(fact.prose.replace("`", "").split()) in text, fact.name
            assert fact.exclusion in text
        else:
            assert "All drugs taken at the visit" in text
    for key in variant.references:
        assert references()[key].text in text
    assert all(meaning in text for meaning in EVIDENCE_MEANING.values())
    assert all(outcome.replace("_", " ") in text for outcome in info.outcomes)
    assert f"measure {code}, variant {info.default}" in text
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert ">None<" not in page


@pytest.mark.parametrize("code", sorted(measures()))
def test_a_sheet_loads_nothing_and_is_the_same_each_time(code: str) -> None:
    page = render_sheet(code)
    assert not re.search(r"<(script|link|img|iframe|object)|url\(|@import|src=|href=", page)
    assert "default-src 'none'" in page
    assert page == render_sheet(code)


def test_the_sledai_sheet_has_a_row_and_three_boxes_for_each_item() -> None:
    page = render_sheet("sledai")
    rows = re.findall(r'<tr><td class="weight">(\d+)</td>(.*?)</tr>', page)
    assert len(rows) == 24
    assert sum(int(weight) for weight, _ in rows) == 105
    assert all(row.count('class="square"') == 3 for _, row in rows)
    assert "Lower (present)" in words(page)
    assert "Upper (present and unknown)" in words(page)


def test_a_version_says_what_it_leaves_out() -> None:
    old, new = (words(render_sheet("sledai", name)) for name in ("sledai_1992", "sledai_2k_30d"))
    rule = "does not count when worse, persistent"
    assert rule in old
    assert rule not in new
    assert "Window: day 0 (the visit) back to day -10, both included." in old


def test_the_title_is_the_best_name_there_is() -> None:
    titles = {name: build_sheet("sledai", name).title for name in ("", "selena", "sledai_2k_10d+arthritis_gt2")}
    assert titles == {
        "": "SLEDAI-2K, 30-day window",
        "selena": "SELENA-SLEDAI, 10-day window",
        "sledai_2k_10d+arthritis_gt2": "SLEDAI-2K, 10-day window",
    }
    assert "<h1>SLEDAI-2K, 30-day window</h1>" in render_sheet("sledai")
    assert words(render_sheet("sledai")).startswith("SLEDAI-2K, 30-day window sledai_2k_30d : SLEDAI family.")
    assert build_sheet("csledai", "csledai_2k_10d").title == "Clinical SLEDAI-2K, 10-day window"
    assert build_sheet("doris").title == "Remission (DORIS 2021)"


def test_items_of_a_measure_without_window_need_not_be_within_one() -> None:
    assert "found within the window" in words(render_sheet("sledai"))
    assert "found within the window" not in words(render_sheet("eular_acr_2019"))
    assert "no other cause is likelier than lupus" in words(render_sheet("eular_acr_2019"))


def test_limits_are_words() -> None:
    shown = " ".join(c.words for code in measures() for c in build_sheet(code).criteria)
    assert not re.search(r"[<>]=? ", shown)
    assert "Platelets, x10^9/L: below 100" in shown
    assert "at least two joints: " not in shown


def test_options_are_printed_and_choose_the_criteria() -> None:
    sheet = build_sheet("sledai", "sledai_2k_30d+arthritis_gt2")
    assert any("more than two" in option for option in sheet.options)
    shown = [criterion.words for criterion in sheet.criteria]
    assert any("more than two joints" in line for line in shown)
    assert not any("at least two joints" in line for line in shown)


def test_an_unverified_variant_says_so() -> None:
    assert "Evidence M. Unverified." in words(render_sheet("bilag_np"))
    assert "Unverified." not in words(render_sheet("pga"))


def test_names_of_sheets() -> None:
    assert read_name("sledai") == ("sledai", "sledai_2k_30d")
    assert read_name("sledai:selena") == ("sledai", "selena")
    with pytest.raises(CostimError, match="did you mean 'selena'"):
        read_name("sledai:selina")


def test_files_are_written_whole_into_a_folder(tmp_path: Path) -> None:
    found = write_all_sheets(tmp_path / "sheets")
    assert [path.stem for path in found] == list(measures())
    assert sorted(p.name for p in (tmp_path / "sheets").iterdir()) == [f"{code}.html" for code in sorted(measures())]
    assert found[0].read_text("utf-8") == render_sheet(found[0].stem)


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(CostimError, match=r"could not be written: .* Choose another place with --out"):
        write_sheet("pga", path=tmp_path / "file" / "pga.html")
    with pytest.raises(CostimError, match="could not be written"):
        write_all_sheets(tmp_path / "file")
    with pytest.raises(CostimError, match="could not be written"):
        write_sheet("pga", path=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]
