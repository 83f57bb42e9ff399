"""Files that are no workspace of FlowJo 10: refused by name, whatever they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.interchange.flowjo_errors import FlowJoError
from costim.cytometry.interchange.flowjo_read import read_workspace
from costim.cytometry.interchange.flowjo_xml import MOST_DEPTH
from tests.cytometry.interchange.bt_workspace import made_sample
from tests.cytometry.interchange.workspace_maker import workspace

GOOD = workspace([made_sample("a.fcs"), made_sample("b.fcs", number="2")], {"after": ["2"]})

BOMB = '<!DOCTYPE W [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Workspace version="20.0">&b;</Workspace>'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("w.wsp", b"", "empty"),
        ("w.wsp", b"PK\x03\x04rest", "archive"),
        ("w.jo", b"whatever", "FlowJo 9"),
        ("w.wsp", b"FCS3.1    ", "XML is broken"),
        ("w.wsp", GOOD[: len(GOOD) // 2].encode(), "XML is broken"),
        ("w.wsp", b"<Gating-ML />", "<Gating-ML>"),
        ("w.wsp", b'<Workspace version="1.61" flowJoVersion="7.6.5" />', "version 1.61 of FlowJo 7.6.5"),
        ("w.wsp", b"<Workspace />", "without a number"),
        ("w.wsp", BOMB.encode(), "neither entities nor"),
        ("w.wsp", b'<?xml version="1.0" encoding="nonsense"?><Workspace />', "XML is broken"),
        ("w.wsp", b'<Workspace version="20.0">' + b"<a>" * (MOST_DEPTH + 1), "nested no deeper"),
    ],
)
def test_refused_by_name(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FlowJoError) as error:
        read_workspace(path)
    assert words in str(error.value)
    assert str(error.value).startswith(name)
    assert str(tmp_path) not in str(error.value)


def test_no_file_and_no_group(tmp_path: Path) -> None:
    with pytest.raises(FlowJoError, match=r"gone\.wsp: the file cannot be read"):
        read_workspace(tmp_path / "gone.wsp")
    path = tmp_path / "w.wsp"
    path.write_text(GOOD)
    with pytest.raises(FlowJoError, match="no group 'before'; expected one of these groups: 'All Samples', 'after'"):
        read_workspace(path).of_group("before")


def test_a_workspace_without_samples(tmp_path: Path) -> None:
    path = tmp_path / "w.wsp"
    path.write_text(workspace([]))
    read = read_workspace(path)
    assert (read.samples, read.strategy_set().shared.gates) == ((), ())


PIECES = sorted({piece for piece in GOOD.replace("<", "\0<").split("\0") if piece})
NUMBERS = st.sampled_from(["", "nan", "-inf", "1e999", "0", "-5", "1_0", "x", "9" * 400, "256", "٣"])


def changed(text: str, data: st.DataObject) -> str:
    """One mutation: a stretch removed, repeated or overwritten, a piece of XML moved, or a number replaced."""
    kind = data.draw(st.sampled_from(["cut", "repeat", "overwrite", "insert", "number", "attribute"]))
    start = data.draw(st.integers(0, len(text) - 1))
    if kind in ("number", "attribute"):
        # The next quoted value, so that the XML stays whole and the damage reaches the reader.
        opening = text.find('="', start)
        closing = text.find('"', opening + 2)
        if min(opening, closing) < 0:
            return text
        new = text[opening : opening + 2] + data.draw(NUMBERS) if kind == "number" else f"x{text[opening:closing]}"
        return text[:opening] + new + text[closing:]
    stop = min(len(text), start + data.draw(st.integers(0, 400)))
    middle = {
        "cut": "",
        "repeat": 2 * text[start:stop],
        "insert": data.draw(st.sampled_from(PIECES)) + text[start:stop],
        "overwrite": data.draw(st.text(max_size=5)),
    }[kind]
    return text[:start] + middle + text[stop:]


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_workspace_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 4))):
        text = changed(text, data) or "<"
    path = tmp_path_factory.mktemp("fuzz") / "w.wsp"
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        read = read_workspace(path)
    except FlowJoError as error:
        assert str(error).startswith("w.wsp: ")
        return
    from costim.cytometry.gates.check import check_strategy

    for sample in read.samples:
        # Whatever is left is a strategy that can be applied; every population read is in it or listed as left out.
        if sample.strategy.gates:
            check_strategy(sample.strategy)
        known = {gate.name for gate in sample.strategy.gates} | {item.population for item in sample.left_out}
        assert set(sample.counts) <= known
    if any(sample.strategy.gates for sample in read.samples):
        check_strategy(read.strategy_set().shared)
