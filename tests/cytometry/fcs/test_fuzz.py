"""Arbitrary bytes and spoilt files: no crash without a message, no silent wrong value, no hang, bounded memory."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.fcs.crc import usual_crcs, written_crcs
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.fcs.read import open_fcs
from tests.cytometry.fcs.bad_files import CASES
from tests.cytometry.fcs.encoder import COUNTS, Spec, build, integers
from tests.cytometry.fcs.fuzz_target import check_any_bytes

ROOT = Path(__file__).parents[3]
SMALL = 3 * 2**20
"""Bytes that opening and reading may take beside four times the file."""
SEEDS = [build(), build(integers(), COUNTS, "FCS2.0", "4,3,2,1"), build(integers(10, 1000, "4,1"), COUNTS)]
EDIT = st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6), st.booleans())


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder) / "tube.fcs"


def edited(file: bytes, edits: list[tuple[float, bytes, bool]]) -> bytes:
    """Bytes put in or written over at some places."""
    for part, new, over in edits:
        at = int(part * len(file))
        file = file[:at] + new + file[at + len(new) * over :]
    return file


@given(st.binary(max_size=400), st.sampled_from([b"", b"FCS3.1    ", build()[:58], build()[:200], build()[:500]]))
@settings(max_examples=100)
def test_arbitrary_bytes(place: Path, data: bytes, start: bytes) -> None:
    check_any_bytes(start + data, place)


@given(st.sampled_from(SEEDS), st.lists(EDIT, min_size=1, max_size=4), st.floats(0, 1))
@settings(max_examples=100)
def test_spoilt_files_with_bounded_memory(
    place: Path, file: bytes, edits: list[tuple[float, bytes, bool]], kept: float
) -> None:
    spoilt = edited(file, edits)
    spoilt = spoilt if kept < 0.7 else spoilt[: int(len(spoilt) * kept)]
    tracemalloc.start()
    try:
        check_any_bytes(spoilt, place)
        assert tracemalloc.get_traced_memory()[1] <= 4 * len(spoilt) + SMALL
    finally:
        tracemalloc.stop()


@given(st.sampled_from(SEEDS), st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=3))
@settings(max_examples=100)
def test_a_changed_byte_under_a_crc_is_never_silent(place: Path, file: bytes, part: float, new: bytes) -> None:
    at = int(part * (len(file) - 8))
    spoilt = (file[:at] + new + file[at + len(new) :])[: len(file)]
    place.write_bytes(file)
    whole = open_fcs(place)
    truth = whole.read(range(len(whole.channels)))
    place.write_bytes(spoilt)
    try:
        opened = open_fcs(place)
    except FcsError:
        return
    if len(opened.findings) > len(whole.findings):
        return
    values = opened.read(range(len(opened.channels)))
    chance = written_crcs(spoilt[-8:]) & usual_crcs(np.frombuffer(spoilt[:-8], np.uint8))
    names = [channel.label for channel in opened.channels] == [channel.label for channel in whole.channels]
    assert chance or (names and np.array_equal(values, truth))


def many_keywords(count: int) -> bytes:
    return build(extra=b"".join(b"K%d|v|" % number for number in range(count)))


def chain_of_data_sets() -> bytes:
    one = build(change={"$NEXTDATA": "00000058"}, tail=b"", extra=b"A|" + b"b" * 200_000 + b"|")
    return b"".join(one[:58] for _ in range(300)) + one


def nothing_but_widths(channels: int) -> bytes:
    specs = [Spec(f"P{number}", "I", 8, 256) for number in range(1, channels + 1)]
    keywords = {f"$P{number}{letter}": None for number in range(1, channels + 1) for letter in "NRE"}
    return build(specs, [[7] * channels], change=keywords)


WIDER = 6_000
WIDE = [Spec(f"P{number}", "I", 8, 256) for number in range(1, 4001)]
MONSTERS = {
    "all delimiters": b"FCS3.1    " + b"%8d%8d%8d%8d%8d%8d" % (58, 4_000_000, 0, 0, 0, 0) + b"|" * 4_000_000,
    "too many keywords": many_keywords(60_000),
    "as many keywords as allowed": many_keywords(48_000),
    "one endless value": build(extra=b"A|" + b"||" * 49_000 + b"b" * 3_000_000 + b"|"),
    "one endless value beyond ASCII": build(extra=b"A|" + "ä€😀".encode() * 300_000 + b"|"),
    "TEXT of 20 MB": build(extra=b"A|" + b"b" * 20_000_000 + b"|"),
    "$PAR of twenty digits": build(change={"$PAR": "9" * 20}),
    "$TOT of twenty digits": build(change={"$TOT": "9" * 20, "$ENDDATA": "9" * 20}),
    "thousands of channels": build(WIDE, [[7] * len(WIDE)]),
    "thousands of channels of one name": build([Spec("A", "I", 8, 256)] * 4000, [[7] * 4000]),
    "thousands of channels with nothing but widths": nothing_but_widths(WIDER),
    "a chain of data sets": chain_of_data_sets(),
    "$NEXTDATA to itself": build(change={"$NEXTDATA": "0000"}),
}


@pytest.mark.parametrize("name", MONSTERS)
def test_monsters_end_soon_within_four_times_the_file(name: str, place: Path) -> None:
    data = MONSTERS[name]
    started = time.process_time()
    tracemalloc.start()
    try:
        check_any_bytes(data, place)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 4 * len(data) + 32 * 2**20
    assert time.process_time() - started < 120  # with memory tracing, on any machine: no hang


@pytest.mark.slow
def test_time_grows_with_the_number_of_channels_and_not_with_its_square(place: Path) -> None:
    def seconds(channels: int) -> float:
        data = nothing_but_widths(channels)
        taken = []
        for _ in range(2):
            started = time.process_time()
            check_any_bytes(data, place)
            taken.append(time.process_time() - started)
        return min(taken)

    assert seconds(6_000) < 9 * seconds(1_500)  # 4 times as many channels; with the square it would be 16 times


@pytest.mark.parametrize("bits", [8, 10, 16, 32])
def test_reading_takes_the_result_and_one_block(bits: int, place: Path) -> None:
    rng = np.random.default_rng(bits)
    data = rng.integers(0, 256, 3_000_000, np.uint8).tobytes()
    specs = integers(bits, 2**bits, "4,1" if bits == 16 else "0,0")
    events = 8 * len(data) // (3 * bits)
    data = data[: events * 3 * bits // 8]
    place.write_bytes(build(specs, [], data=data, change={"$TOT": str(8 * len(data) // (3 * bits))}, tail=b""))
    tracemalloc.start()
    try:
        file = open_fcs(place)
        assert tracemalloc.get_traced_memory()[1] < SMALL
        values = file.read([0, 1, 2])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= values.nbytes + SMALL
    assert values.nbytes == 8 * 3 * events


@pytest.mark.slow
def test_atheris_finds_nothing_in_bounded_time(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        if os.environ.get("COSTIM_NO_SKIP") == "1":
            pytest.fail("COSTIM_NO_SKIP=1 is set, and atheris is not installed")
        pytest.skip("atheris is not installed")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, case in enumerate(CASES):
        (corpus / f"{number:03d}").write_bytes(case.make()[:4096])
    words = [sys.executable, "-m", "tests.cytometry.fcs.fuzz_target", str(corpus), "-max_total_time=10", "-timeout=10"]
    words += ["-max_len=4096", "-rss_limit_mb=0", "-seed=1", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    trace = done.stderr[done.stderr.find("=== Uncaught") :]
    assert done.returncode == 0, done.stdout[-2000:] + trace[:4000]
    assert "Done" in done.stderr
