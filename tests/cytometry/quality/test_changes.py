"""Acquisition changes: between visits, between controls and samples; personal keywords never leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from costim.cytometry.fcs.channels import Channel
from costim.cytometry.quality.changes import compare_acquisitions
from costim.cytometry.tube import Tube
from costim.registry.flags import flag_meanings
from tests.cytometry.quality.synthetic_tubes import tube

PRIVATE = "Jane Doe, born 1970"


@dataclass(frozen=True)
class Acquired:
    """What the comparison asks of a file."""

    keywords: Mapping[str, str] = field(default_factory=dict)
    channels: Sequence[Channel] = ()


def channel(name: str, marker: str = "", **more: object) -> Channel:
    plain = Channel(1, name, marker, 32, 262144.0, "F", (0.0, 0.0), 1.0, 500.0, False)
    return replace(plain, **more)  # type: ignore[arg-type]


BASE = Acquired(
    {"$CYT": "FACSCanto", "$CYTSN": "V1", "CREATOR": "Diva 6", "$SPILLOVER": "2,A,B,1,0.1,0.2,1", "$OP": PRIVATE},
    (channel("FSC-A"), channel("PE-A", "CD19"), channel("Time", is_time=True)),
)


def sample(visit: str, **more: object) -> Tube:
    return Tube(path=Path(f"{visit}.fcs"), subject="P1", visit=visit, panel="B", **more)  # type: ignore[arg-type]


def codes(now: Acquired, before: Acquired = BASE) -> list[str]:
    found = compare_acquisitions([(sample("before"), before), (sample("after"), now)])  # type: ignore[list-item]
    assert all(f.file == "after.fcs" and f.action and f.found.startswith("P1/after/B") for f in found)
    assert PRIVATE not in repr(found)
    assert {f.code for f in found} <= set(flag_meanings())
    return [f.code for f in found]


def test_the_same_settings_are_no_finding() -> None:
    assert codes(BASE) == []
    text = "2, A ,B,1.0,.1,0.20,1"
    assert codes(replace(BASE, keywords={**BASE.keywords, "$SPILLOVER": text, "$OP": "another"})) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"voltage": 520.0}, "voltage_changed"),
        ({"voltage": None}, "voltage_changed"),
        ({"gain": 2.0}, "gain_changed"),
        ({"range": 1024.0}, "scale_changed"),
        ({"amplification": (4.0, 1.0), "datatype": "I"}, "scale_changed"),
        ({"marker": "CD20"}, "panel_changed"),
    ],
)
def test_a_changed_channel_is_named(more: dict[str, object], code: str) -> None:
    now = replace(BASE, channels=(BASE.channels[0], replace(BASE.channels[1], **more), BASE.channels[2]))  # type: ignore[arg-type]
    assert codes(now) == [code]
    found = compare_acquisitions([(sample("before"), BASE), (sample("after"), now)])  # type: ignore[list-item]
    assert "PE-A" in found[0].found
    assert "PE-A" in found[0].expected


@pytest.mark.parametrize(
    ("keyword", "value", "code"),
    [
        ("$CYT", "LSRII", "instrument_changed"),
        ("$CYTSN", "V2", "instrument_changed"),
        ("CREATOR", "Diva 8", "software_changed"),
        ("$SPILLOVER", "2,A,B,1,0.3,0.2,1", "spillover_changed"),
        ("$SPILLOVER", "", "spillover_changed"),
    ],
)
def test_a_changed_keyword_is_named(keyword: str, value: str, code: str) -> None:
    assert codes(replace(BASE, keywords={**BASE.keywords, keyword: value})) == [code]


def test_channels_gone_and_new() -> None:
    assert codes(replace(BASE, channels=(*BASE.channels, channel("APC-A", "CD40")))) == ["panel_changed"]
    assert codes(replace(BASE, channels=BASE.channels[:1])) == ["panel_changed"]


def test_a_control_is_compared_with_the_sample_of_its_visit() -> None:
    other = replace(BASE, keywords={**BASE.keywords, "$CYT": "LSRII"})
    fmo = sample("after", stain="fmo", marker="cd40")
    rows = [(sample("before"), BASE), (sample("after"), other), (fmo, other)]
    found = compare_acquisitions(rows)  # type: ignore[arg-type]
    assert [(f.code, f.found.split(":")[0]) for f in found] == [("instrument_changed", "P1/after/B")]
    found = compare_acquisitions([*rows[:2], (fmo, BASE)])  # type: ignore[arg-type]
    assert [f.expected.split(":")[0] for f in found] == ["as in P1/before/B", "as in P1/after/B"]


def test_other_subjects_and_panels_are_never_compared() -> None:
    other = replace(BASE, keywords={"$CYT": "LSRII"})
    elsewhere = replace(sample("after"), subject="P2"), replace(sample("after"), panel="T")
    assert compare_acquisitions([(sample("before"), BASE), *((t, other) for t in elsewhere)]) == ()  # type: ignore[misc,list-item]


def test_a_planted_voltage_change_of_a_synthetic_tube(tmp_path: Path) -> None:
    tubes = [tube(tmp_path, "before", 1), tube(tmp_path, "after", 2, voltages={"PE-A": 500.0})]
    found = compare_acquisitions(tubes)
    assert [(f.code, f.severity) for f in found] == [("voltage_changed", "warning")]
    assert found[0].found == "P1/after/B: PE-A 500 V"
    assert found[0].expected == "as in P1/before/B: PE-A 455 V"
