"""The checklist: what files state is there, what they do not is blank, nothing personal is taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.quality.miflowcyt import PlanFacts, checklist
from costim.cytometry.tube import Tube
from tests.cytometry.quality.synthetic_tubes import strategy_of, tube

NUMBERS = (
    *(f"1.{i}" for i in range(1, 9)),
    *(f"2.{i}" for i in range(1, 5)),
    *(f"3.{i}" for i in range(1, 4)),
    *(f"4.{i}" for i in range(1, 5)),
)
PERSONAL = {
    "$OP": "Jane Doe", "$INST": "Hospital of Nowhere", "$DATE": "01-JAN-2020", "$EXP": "Doctor Who",
    "$SRC": "patient 7", "$COM": "call Jane", "EXPORT USER NAME": "jdoe", "$CYTSN": "V999", "SOFTWARE": "by Jane",
}  # fmt: skip


def test_every_number_of_the_standard_is_there_in_order(tmp_path: Path) -> None:
    found = checklist([tube(tmp_path, "before", 1)], {}, PlanFacts())
    numbers = [item.number for item in found]
    assert tuple(dict.fromkeys(numbers)) == NUMBERS
    assert numbers == sorted(numbers)
    assert all(not item.source for item in found if not item.value)


def test_files_gates_and_plan_fill_it(tmp_path: Path) -> None:
    acquired = [tube(tmp_path, "before", 1), tube(tmp_path, "after", 2, voltages={"PE-A": 500.0})]
    strategy = strategy_of(*(t for t, _ in acquired))
    counts = {t.name: gate_file(f, strategy).counts for t, f in acquired}
    facts = PlanFacts(purpose="B cells", visits=("Before", "After"))
    found = {(i.number, i.item): i.value for i in checklist(acquired, {"B": strategy}, facts, counts)}
    assert found[("1.1", "Purpose")] == "B cells"
    assert found[("1.3", "Experiment variables")] == "visits: Before, After"
    assert "CD40: APC-A" in found[("2.4", "Markers and their channels, panel B")]
    assert "PE-A: 455 V (1 file), 500 V (1 file)" in found[("3.3", "Detector voltages, panel B")]
    assert found[("4.2", "Compensation applied, panel B")] == "that of the file"
    assert "Logicle(" in found[("4.3", "Transformations, panel B")]
    inside = sum(c["b_cells"] for c in counts.values())
    of = sum(c["cd3_negative"] for c in counts.values())
    assert found[("4.4", "Gate b_cells of cd3_negative, panel B")].endswith(f"{inside:,} of {of:,} events in 2 tubes")
    assert found[("1.5", "Primary contact")] == ""


def test_nothing_personal_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    write_fcs(path, np.ones((5, 1), np.float32), [NewChannel("FSC-A", "", 1024)], PERSONAL)
    items = checklist([(Tube(path=path), open_fcs(path))], {}, PlanFacts())
    said = " ".join(item.value for item in items)
    assert not [value for value in PERSONAL.values() if value in said]


def test_without_files() -> None:
    assert [item.value for item in checklist([], {}, PlanFacts()) if item.value] == []
