"""What the report says of cells, gates and acquisition: exact cells, and nothing where there is nothing."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pytest
from factory import companion_like, methods_like, tokunaga_like
from factory_cells import DIGEST, cells_like, difference, record, tubes
from walk_document import faults, grid, rows_by_id, table, text_of, text_of_section, walk

from costim.registry.cytometry_record import QualityNumber
from costim.report.build import build_document
from costim.report.document import Num

NEW = {"phenotypes", "gating", "acquisition", "miflowcyt"}


@pytest.mark.parametrize("make", [companion_like, tokunaga_like, methods_like])
def test_a_study_without_files_has_none_of_it(make: object) -> None:
    document = build_document(make())  # type: ignore[operator]
    assert not NEW & {section.id for section in document.sections}


def test_every_number_is_that_of_its_row() -> None:
    results = cells_like()
    known = rows_by_id(results)
    numbers = [part for _, part in walk(build_document(results)) if isinstance(part, Num)]
    assert [fault for number in numbers for fault in faults(number, known[number.ref])] == []


def test_levels_say_why_they_are_missing_and_what_the_sensitivity_analysis_has() -> None:
    document = build_document(cells_like())
    levels = {(line[0], line[1]): line[2] for line in table(document, "phenotypes-levels-b-cells")}
    assert levels[("P1", "Before")] == "4321 (3889 to 4753)"
    assert levels[("P1", "Day28")] == "below LOD (4 cells)"
    assert levels[("P2", "Day28")] == "below LOD (0 cells)"
    assert levels[("P3", "Day28")] == "below LLOQ (12 cells); sensitivity 2346 (2111 to 2580)"
    assert text_of(grid(document, "phenotypes-levels-b-cells").caption).endswith("with 95% intervals")


def test_counts_are_given_also_below_the_limits() -> None:
    cells = {(line[0], line[1]): line[2:] for line in table(build_document(cells_like()), "phenotypes-cells-b-cells")}
    assert cells[("P1", "Day28")][0] == "4 (3.60 to 4.40), below LOD"
    assert cells[("P3", "Day28")][0] == "12 (10.8 to 13.2), below LLOQ"
    assert cells[("P1", "Before")] == ["2400 (2160 to 2640)", "240 (216 to 264)"]


def test_the_same_gates_are_said_to_be_the_same() -> None:
    said = text_of_section(build_document(cells_like()), "gating")
    assert "the gates are the same at every visit" in said
    assert DIGEST[:16] in said
    assert DIGEST not in said
    (line,) = table(build_document(cells_like()), "gating-tubes")
    assert line == ["P1", "B", "Before; Day28; Month6", "costimulation_b", DIGEST[:16], "none"]


@pytest.mark.parametrize("how", ["listed", "hash"])
def test_gates_that_differ_are_a_warning(how: str) -> None:
    if how == "listed":
        results = cells_like(differences=(difference(),))
    else:
        first, *rest = tubes()
        results = cells_like(tubes=(replace(first, digest="00" * 32), *rest))
    document = build_document(results)
    said = text_of_section(document, "gating")
    assert "The gates are not the same" in said
    assert "the gates are the same at every visit" not in said
    if how == "listed":
        assert table(document, "gating-differences") == [
            ["P1/month6/B", "P1/before/B", "singlets", "upper 0.9 instead of 1"]
        ]


def test_thresholds_jitter_and_binned_counts() -> None:
    document = build_document(cells_like())
    assert table(document, "gating-thresholds") == [
        ["P1", "B", "cd19", "CD19", "1235", "lowest density between two modes, visits pooled", "99", "–"],
        ["P1", "B", "cd80", "CD80", "not found", "–", "–", "–"],
    ]
    (moved,) = table(document, "gating-jitter")
    assert moved[3:] == ["−1975 AU", "−2050 to −1900", "8 of 8", "0.25"]
    assert table(document, "gating-binned") == [["P1/before/B", "b_cells", "2401", "2399", "2398"]]


def test_faults_of_acquisition_and_changes() -> None:
    document = build_document(cells_like())
    (line,) = table(document, "acquisition-noticed")
    assert (line[0], line[2:6]) == ("P1/day28/B", ["PE-A", "12.3%", "5.0%", "bad"])
    assert table(document, "acquisition-changes")[0][3:5] == ["PE-A 500 V", "PE-A 455 V"]
    clean = text_of_section(build_document(cells_like(tubes=(tubes()[0],), changes=())), "acquisition")
    assert "No tube shows a fault" in clean
    assert "the same in all tubes" in clean


def test_files_that_name_a_synthetic_instrument_are_called_so() -> None:
    made = tuple(replace(tube, instrument=(("make and model", "costim synthetic"),)) for tube in tubes())
    said = text_of_section(build_document(cells_like(tubes=made)), "acquisition")
    assert "Every FCS file names a synthetic instrument: its events were made by a program" in said
    said = text_of_section(build_document(cells_like(tubes=(made[0], *tubes()[1:]))), "acquisition")
    assert "Some FCS files name a synthetic instrument" in said
    assert "synthetic" not in text_of_section(build_document(cells_like()), "acquisition")


def test_tubes_with_few_events_share_a_row_and_beads_are_not_counted_as_cells() -> None:
    few = QualityNumber(
        code="low_count", value=2200.0, unit="events", threshold=5000.0, status="doubtful", note="events"
    )
    more = replace(few, value=2947.0)
    one, other = (replace(tubes()[0], quality=(number,)) for number in (few, more))
    beads = replace(one, stain="beads", marker="", quality=(replace(few, value=210.0, status="bad"),))
    document = build_document(cells_like(tubes=(one, other, beads), changes=()))
    (line,) = table(document, "acquisition-noticed")
    assert line[0].startswith("2 × ")
    assert line[3:6] == ["2200 to 2947", "below 5000", "worth a look"]
    heads = [text_of(head) for head in grid(document, "acquisition-tubes").header]
    shown = [row[heads.index("Lymphocytes or events")] for row in table(document, "acquisition-tubes")]
    assert shown == ["2200 (look)", "2947 (look)", "210"]


def test_what_could_not_be_judged_is_not_called_good() -> None:
    unknown = QualityNumber(code="doublets", value=None, unit="share", status="not_known")
    document = build_document(cells_like(tubes=(tubes()[0], replace(tubes()[0], quality=(unknown,)))))
    heads = [text_of(head) for head in grid(document, "acquisition-tubes").header]
    assert [line[heads.index("Doublets")] for line in table(document, "acquisition-tubes")] == ["–", "not known"]


def test_blanks_of_the_checklist_are_marked() -> None:
    assert table(build_document(cells_like()), "miflowcyt-items") == [
        ["3.2", "Instrument model", "FACSCanto", "$CYT"],
        ["1.2", "Keywords", "not stated in the files", "–"],
    ]


def test_markup_in_words_of_files_stays_words() -> None:
    evil = '<script>alert("x")</script>'
    document = build_document(cells_like(tubes=(replace(tubes()[0], name=evil, strategy=evil, exceptions=(evil,)),)))
    assert evil in text_of_section(document, "gating")
    from costim.report.html.render import render_html

    results = replace(cells_like(), gate_pictures=(), marker_overlays=(), cytometry=record(tubes=()))
    page = render_html(
        replace(document, sections=tuple(s for s in document.sections if s.id == "acquisition")), results, {}
    )
    assert evil not in page
