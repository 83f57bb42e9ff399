"""Files of every type, width, order and scale come back value by value."""

from __future__ import annotations

import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.values import check_values
from costim.cytometry.fcs.write import NewChannel, write_fcs
from tests.cytometry.fcs.encoder import Spec, build

ORDERS = ("1,2,3,4", "4,3,2,1")
FLOAT32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
SIGNS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="|,$")
NAME = st.text(SIGNS, min_size=1, max_size=9)


@st.composite
def integer_channels(draw: st.DrawFn, widths: tuple[int, ...]) -> tuple[list[Spec], list[list[int]]]:
    """Channels with ranges from one to all bits, and events within the range."""
    specs = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        bits = draw(st.sampled_from(widths))
        size = draw(st.integers(2, min(2**bits, 2**53)))
        scale = draw(st.sampled_from(("0,0", "4,1", "4.5,0.1")))
        specs.append(Spec(f"FL{number}", "I", bits, size, scale))
    events = draw(st.lists(st.tuples(*(st.integers(0, spec.range - 1) for spec in specs)), min_size=1, max_size=6))
    return specs, [list(event) for event in events]


def scaled(specs: list[Spec], events: list[list[int]]) -> np.ndarray:
    """Scale values by the formula of the standard, in plain Python."""
    rows = []
    for event in events:
        row = []
        for value, spec in zip(event, specs, strict=True):
            decades, offset = (float(part) for part in str(spec.amplification).split(","))
            row.append(offset * 10 ** (decades * value / spec.range) if decades else float(value))
        rows.append(row)
    return np.array(rows)


@given(
    integer_channels((8, 16, 24, 32, 40, 48, 56, 64)), st.sampled_from(ORDERS), st.sampled_from(("FCS3.0", "FCS3.1"))
)
@settings(max_examples=100)
def test_integers_of_whole_bytes(made: tuple[list[Spec], list[list[int]]], order: str, version: str) -> None:
    specs, events = made
    np.testing.assert_allclose(read_back(build(specs, events, version, order)), scaled(specs, events), rtol=1e-13)


@given(integer_channels((3, 9, 10, 12, 14, 17, 25, 33, 50)), st.sampled_from(ORDERS))
@settings(max_examples=100)
def test_integers_of_any_bits(made: tuple[list[Spec], list[list[int]]], order: str) -> None:
    specs, events = made
    np.testing.assert_allclose(read_back(build(specs, events, "FCS2.0", order)), scaled(specs, events), rtol=1e-13)


@given(
    st.lists(
        st.tuples(st.floats(-1e11, 1e11), st.integers(0, 65535), st.integers(0, 2**24 - 1)), min_size=1, max_size=6
    ),
    st.sampled_from(ORDERS),
)
@settings(max_examples=60)
def test_mixed_types_of_3_2(events: list[tuple[float, int, int]], order: str) -> None:
    specs = [Spec("FSC-A", "D", 64), Spec("FL1", "I", 16, 65536), Spec("FL2", "I", 24, 2**24)]
    np.testing.assert_array_equal(read_back(build(specs, events, "FCS3.2", order)), np.array(events))


@given(st.lists(st.tuples(FLOAT32, FLOAT32), min_size=1, max_size=8), st.permutations([1, 2, 3, 4]))
@settings(max_examples=60)
def test_floats_in_any_order_of_bytes(events: list[tuple[float, float]], order: list[int]) -> None:
    words = ",".join(map(str, order))
    file = build([Spec("A"), Spec("B")], [*events, *[(1.0, 2.0)] * 40], order=words, tail=b"")
    np.testing.assert_array_equal(read_back(file)[: len(events)], np.array(events))


def read_back(file: bytes) -> np.ndarray:
    """All values, read whole and in two pieces; the native map where there is one agrees."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tube.fcs"
        path.write_bytes(file)
        fcs = open_fcs(path)
        every = range(len(fcs.channels))
        values = fcs.read(every)
        half = fcs.events // 2
        np.testing.assert_array_equal(np.vstack([fcs.read(every, 0, half), fcs.read(every, half)]), values)
        np.testing.assert_array_equal(fcs.read(list(every)[::-1])[:, ::-1], values)
        raw = fcs.raw()
        for index in every:
            if raw is not None and fcs.is_scale(index):
                np.testing.assert_array_equal(raw[:, index].astype(np.float64), values[:, index])
        assert not [finding for finding in check_values(fcs) if finding.code != "fcs_values_beyond_range"]
        return values


@given(
    st.lists(st.lists(FLOAT32, min_size=3, max_size=3), max_size=8),
    st.lists(NAME, min_size=3, max_size=3, unique=True),
    st.dictionaries(st.from_regex(r"[A-Z][A-Z0-9 ]{0,8}[A-Z0-9]", fullmatch=True), NAME, max_size=4),
)
@settings(max_examples=100)
def test_what_we_write_we_read(events: list[list[float]], names: list[str], extra: dict[str, str]) -> None:
    array = np.array(events, dtype=np.float32).reshape(-1, 3)
    extra = {keyword: f"{value}|{value}" for keyword, value in extra.items()}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tube.fcs"
        write_fcs(path, array, [NewChannel(name, f"CD{n}|x") for n, name in enumerate(names)], extra)
        first = path.read_bytes()
        file = open_fcs(path)
        assert file.version == "FCS3.1"
        assert [channel.name for channel in file.channels] == names
        assert [channel.marker for channel in file.channels] == ["CD0|x", "CD1|x", "CD2|x"]
        assert {keyword: file.keywords[keyword] for keyword in extra} == extra
        assert {finding.code for finding in file.findings} <= {"fcs_timestep", "fcs_values_implausible"}
        if not any(channel.is_time for channel in file.channels):
            np.testing.assert_array_equal(file.read([0, 1, 2]), array)
        write_fcs(path, array, [NewChannel(name, f"CD{n}|x") for n, name in enumerate(names)], extra)
        assert path.read_bytes() == first


def test_events_at_an_odd_place_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(build(gap=3, change={"PAD": "x" * 11}))
    raw = open_fcs(path).raw()
    assert raw is not None
    assert raw[1, 0] == struct.unpack("<f", struct.pack("<f", 103.5))[0]
    assert not raw.flags.writeable
