"""What is laid out for paper: widths, sideways pages, folded listings."""

from __future__ import annotations

from documents import effects_grid, many_effects, measurements_grid, wide_grid
from hypothesis import given
from hypothesis import strategies as st

from costim.report.columns import PORTRAIT_CHARACTERS, column_widths, is_short, is_wide
from costim.report.document import Document, Grid, Paragraph, Quote, Section
from costim.report.outline import numbered_blocks, plain_text, row_anchors
from costim.report.paper import on_paper, paper_grid, turned_pages


def grid(*rows: tuple[str, ...], kind: str = "result") -> Grid:
    header = tuple((Quote(f"H{i}"),) for i in range(len(rows[0])))
    body = tuple(tuple((Quote(cell),) for cell in row) for row in rows)
    return Grid("g", ("Caption",), header, body, kind=kind)  # type: ignore[arg-type]


@given(st.lists(st.lists(st.text("ab ", max_size=80), min_size=3, max_size=3), min_size=1, max_size=5))
def test_columns_share_the_room_and_hold_their_longest_word(rows: list[list[str]]) -> None:
    table = grid(*(tuple(row) for row in rows))
    widths = column_widths(table, PORTRAIT_CHARACTERS)
    assert sum(widths) <= PORTRAIT_CHARACTERS
    for i, width in enumerate(widths):
        words = [word for row in rows for word in row[i].split()]
        assert width >= min(16, max((len(w) for w in words), default=0)) + 2


def test_a_page_turns_for_many_columns_or_tall_rows() -> None:
    assert is_wide(wide_grid(many_effects(3)))
    assert not is_wide(effects_grid(many_effects(3)))
    tall = ("word " * 200, "x")
    assert is_wide(grid(*[tall] * 6))
    assert not is_wide(grid(*[tall] * 2))  # a turned page would stay half empty
    assert not is_wide(grid(*[("word " * 40, "x")] * 60))
    assert not is_wide(grid(*[tall] * 6, kind="rows"))


def test_words_a_little_too_wide_are_set_in_small_letters_and_not_turned() -> None:
    def columns(n: int) -> Grid:
        return grid(("twelve_chars",) * n)

    assert sum(column_widths(columns(8), PORTRAIT_CHARACTERS)) > PORTRAIT_CHARACTERS
    assert not is_wide(columns(8))
    assert is_wide(columns(9))


def test_only_short_tables_are_kept_whole() -> None:
    def short(table: Grid) -> bool:
        return is_short(table, column_widths(table, PORTRAIT_CHARACTERS))

    assert short(grid(*[("a", "b")] * 16))
    assert not short(grid(*[("a", "b")] * 17))
    assert not short(grid(*[("word " * 100, "b")] * 6))
    assert not short(grid(("a\nb", "c")))


def test_words_that_lead_to_a_wide_table_stand_beside_it() -> None:
    wide, text = wide_grid(many_effects(3)), Paragraph(("Words.",))
    turned = turned_pages(Section("s", "S", (text, text, wide, text, grid(("a",)), text, wide)), is_wide)
    assert turned == [True, True, True, False, False, False, True]
    assert turned_pages(Section("s", "S", ()), is_wide) == []


def listing() -> Grid:
    """Sixty columns: two empty, one with the same word everywhere, the others too many for any page."""
    rows = []
    for i in range(3):
        cells = [f"e{i:010x}", "", "–", *(f"value {i} {j}" if j % 3 else "–" for j in range(57))]
        cells[4] = "as_recorded"
        rows.append(tuple(cells))
    return grid(*rows, kind="rows")


def test_long_listings_lose_empty_columns_and_fold_the_rest() -> None:
    printed = paper_grid(listing())
    assert plain_text(printed.header[0]) == "H0"
    assert "H1" not in [plain_text(cell) for cell in printed.header]
    assert plain_text(printed.header[-1]) == "Further fields"
    assert row_anchors([printed]) == {f"e{i:010x}" for i in range(3)}
    last = plain_text(printed.rows[0][-1])
    shown = [plain_text(cell) for cell in printed.rows[0][:-1]]
    for j in range(2, 57):
        if j % 3:
            assert f"value 0 {j}" in shown or f"H{j + 3} value 0 {j}" in last.split("; ")
    assert "as_recorded" not in last
    assert [plain_text(note) for note in printed.notes] == ["H4 in every row: as_recorded."]


def test_every_column_keeps_its_words_when_the_listing_fits() -> None:
    table = grid(("e0000000000", "same"), ("e0000000001", "same"), kind="rows")
    assert paper_grid(table).rows == table.rows


def test_result_tables_are_printed_as_they_are_and_left_out_ones_untouched() -> None:
    wide = wide_grid(many_effects(3), 30)
    assert paper_grid(wide) is wide
    document = Document((), (), (Section("s", "S", (wide, listing(), measurements_grid())),))
    printed = on_paper(document, lambda g: g.id == "measurements")
    assert [n.number for n in numbered_blocks(printed)] == [1, 2, 3]
    assert printed.sections[0].blocks[0] is wide
    assert printed.sections[0].blocks[1] == paper_grid(listing())
    assert printed.sections[0].blocks[2] is document.sections[0].blocks[2]
