"""What we write: read equal by others, whole or not at all, and refused where FCS 3.1 cannot hold it."""

from __future__ import annotations

import binascii
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.fcs import write
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.write import NewChannel, write_fcs
from tests.cytometry.fcs.peers import ask, by_fcsparser, by_flowcal, by_flowio

CHANNELS = [NewChannel("FSC-A", voltage=420.5), NewChannel("B1-A", "CD19 BV421", 1024), NewChannel("Time")]
EVENTS = np.random.default_rng(5).normal(500, 300, (70_000, 3)).astype(np.float32)


@pytest.mark.oracle
@pytest.mark.parametrize("reader", [by_flowio, by_flowcal, by_fcsparser], ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("count", [1, 70_000])
def test_others_read_what_we_write(reader, count: int, tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    write_fcs(path, EVENTS[:count], CHANNELS, {"$TIMESTEP": "0.01", "$CYT": "synthetic", "NOTE": "a|b"})
    np.testing.assert_array_equal(ask(reader, path), EVENTS[:count].astype(np.float64))


@pytest.mark.parametrize(("note", "delimiter"), [("plain", b"|"), ("|a||b|", b"\f")])
def test_the_delimiter_occurs_in_no_value(note: str, delimiter: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    write_fcs(path, EVENTS[:5], CHANNELS, {"NOTE": note})
    assert path.read_bytes()[58:59] == delimiter
    assert open_fcs(path).keywords["NOTE"] == note


@pytest.mark.oracle
def test_others_read_the_keywords_we_write(tmp_path: Path) -> None:
    import flowio

    path = tmp_path / "tube.fcs"
    write_fcs(path, EVENTS[:5], CHANNELS, {"NOTE": "a|b"})
    theirs = flowio.FlowData(str(path))
    assert theirs.pnn_labels == ["FSC-A", "B1-A", "Time"]
    assert theirs.pns_labels == ["", "CD19 BV421", ""]
    assert theirs.text["note"] == "a|b"
    assert theirs.text["p1v"] == "420.5"


def test_crc_and_alignment(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    write_fcs(path, EVENTS, CHANNELS)
    data = path.read_bytes()
    assert int(data[-8:]) == binascii.crc_hqx(data[:-8], 0)
    file = open_fcs(path)
    assert file.data_begin % 64 == 0
    raw = file.raw()
    assert raw is not None
    assert raw.flags.aligned
    assert [file.is_scale(index) for index in range(3)] == [True, True, True]
    assert file.channels[0].voltage == 420.5
    assert (file.channels[1].range, file.channels[1].marker) == (1024, "CD19 BV421")


def test_offsets_beyond_eight_digits_stand_in_text_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(write, "LARGEST_IN_HEADER", 5_000)
    path = tmp_path / "tube.fcs"
    write_fcs(path, EVENTS[:1000], CHANNELS)
    assert path.read_bytes()[26:42].split() == [b"0", b"0"]
    np.testing.assert_array_equal(open_fcs(path).read([0, 1, 2]), EVENTS[:1000])


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(b"old")

    def broken(events: object) -> list[bytes]:
        raise OSError("disk full")

    monkeypatch.setattr(write, "_blocks", broken)
    with pytest.raises(OSError, match="disk full"):
        write_fcs(path, EVENTS, CHANNELS)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("events", "channels", "keywords", "words"),
    [
        (EVENTS[:, :2], CHANNELS, {}, "shape (70000, 2) for 3 channels"),
        (np.array([[1.0, np.nan, 2.0]]), CHANNELS, {}, "B1-A: found 1 values that are no numbers"),
        (np.array([[1e39, 1.0, np.inf]]), CHANNELS, {}, "too large for float32"),
        (EVENTS[:, :1], [NewChannel("a,b")], {}, "a name without comma"),
        (EVENTS[:, :1], [NewChannel("")], {}, "$P1N"),
        (EVENTS[:, :1], [NewChannel("a\fb")], {}, "$P1N"),
        (EVENTS[:, :1], [NewChannel("$PAR")], {}, "neither blank nor a keyword"),
        (EVENTS[:, :1], [NewChannel("a", "$P1N")], {}, "$P1S"),
        (EVENTS[:, :1], [NewChannel("a", range=0)], {}, "$P1R"),
        (EVENTS[:, :2], [NewChannel("a"), NewChannel("a")], {}, "a 2 times"),
        (EVENTS, CHANNELS, {"$tot": "7"}, "it follows from the data"),
        (EVENTS, CHANNELS, {"Ä": "7"}, "printable ASCII"),
        (EVENTS, CHANNELS, {"NOTE": " "}, "neither blank nor a keyword"),
        (EVENTS, CHANNELS, {"NOTE": "a\nb"}, "printable signs"),
    ],
)
def test_refusals(events, channels, keywords, words: str, tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    with pytest.raises(FcsError) as refusal:
        write_fcs(path, events, channels, keywords)
    assert words in str(refusal.value)
    assert not path.exists()
