"""The gates that panels name, and the files of their tubes: opened, checked, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from costim.errors import CostimError
from costim.registry.cytometry_parameters import PREFIX
from costim.registry.findings import Finding
from costim.registry.provenance import InputFile
from costim.registry.suggest import did_you_mean
from costim.study.cells import CellProblem
from costim.study.files import check_inside
from costim.study.places import Place
from costim.study.rules.context import Context
from costim.study.rules.plan import asked_parameters

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy, StrategySet
    from costim.cytometry.interchange.flowjo_apply import PanelFile
    from costim.cytometry.interchange.flowjo_workspace import WorkspaceSample
    from costim.cytometry.strategies.load import LoadedGates
    from costim.study.fields import Row

READY = "ready:"
_BLOCK = 1 << 20


@dataclass
class Gating:
    """What was read of gates and FCS files."""

    gates: dict[str, StrategySet] = field(default_factory=dict)
    inputs: list[InputFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    flowjo: dict[str, WorkspaceSample] = field(default_factory=dict)
    """File in the study folder -> its sample of the FlowJo workspace that its panel names."""
    loaded: dict[str, tuple[LoadedGates, list[str]]] = field(default_factory=dict)
    """What panels name -> gates as read, and the panels that name them."""
    files: dict[str, list[_Tube]] = field(default_factory=dict)
    """Panel -> its files but for beads."""


class _Tube(NamedTuple):
    place: Place
    """The cell that names the file."""
    name: str
    """Relative to the study folder."""
    file: FcsFile
    known: PanelFile


def read_gating(context: Context, root: Path) -> Gating:
    """Gates of every panel that names some, and a look at every FCS file of these panels.

    The events themselves are not read here but for the hash of the file; what a file says of itself, and whether the
    gates find their channels in it, is.
    """
    read = Gating()
    for index, panel in enumerate(context.plan.panels):
        if panel.gates:
            _read_gates(context, root, index, read)
    for row in context.in_file_order("samples"):
        if row["panel"] in read.gates and row["fcs_file"] is not None:
            _look_at_file(context, root, row, read)
    _match(read)
    for index, panel in enumerate(context.plan.panels):
        if panel.name in read.gates:
            _fit(context, index, read)
    read.findings += _unknown_cells(context, read)
    read.inputs = sorted(set(read.inputs), key=lambda entry: entry.name)
    return read


def _read_gates(context: Context, root: Path, index: int, read: Gating) -> None:
    from costim.cytometry.strategies.load import load_gates_noting

    panel = context.plan.panels[index]
    place = context.lines.at(("panels", index, "gates"))
    source: str | Path = panel.gates
    try:
        if panel.gates in read.loaded:
            read.loaded[panel.gates][1].append(panel.name)
            read.gates[panel.name] = read.loaded[panel.gates][0].strategies
            return
        if not panel.gates.startswith(READY):
            if not check_inside(root, panel.gates):
                raise CellProblem("path_not_there", "a file inside the study folder", "add the file, or correct it")
            source = root.joinpath(*panel.gates.replace("\\", "/").split("/"))
            read.inputs.append(_hashed(source, panel.gates))
        loaded = load_gates_noting(source)
        read.loaded[panel.gates] = loaded, [panel.name]
        read.gates[panel.name] = loaded.strategies
    except CellProblem as problem:
        read.findings.append(
            place.finding("error", problem.code, found=panel.gates, expected=problem.expected, action=problem.action)
        )
    except CostimError as error:
        read.findings += _problems(error, place, panel.gates)


def _problems(error: CostimError, place: Place, source: str) -> Iterator[Finding]:
    """Everything that is wrong with the gates: in their own file where it says the line, else at what names them."""
    from costim.cytometry.gates.errors import GateError

    if not isinstance(error, GateError):
        for line in _lines(error):
            yield place.finding("error", "gates_invalid", found=line, action="correct the gates")
        return
    for problem in error.problems:
        at = Place(source, "", problem.line, problem.key) if problem.file else place
        yield at.finding(
            "error",
            "gates_invalid",
            found=f"{problem.where}: {problem.found}" if problem.where else problem.found,
            expected=problem.expected,
            action=problem.action or "correct the gates",
        )


def _match(read: Gating) -> None:
    """Samples of gates matched to the tubes of the panels; what was noticed about the gates themselves."""
    for loaded, panels in read.loaded.values():
        files = {panel: [tube.known for tube in read.files.get(panel, [])] for panel in panels}
        matched = loaded.for_panels(files) if any(files.values()) else dict.fromkeys(panels, loaded)
        for panel, found in matched.items():
            read.gates[panel] = found.strategies
            read.findings += found.findings
            read.flowjo |= found.samples


def _lines(error: CostimError) -> Iterator[str]:
    problems = getattr(error, "problems", ())
    yield from (str(problem) for problem in problems) if problems else str(error).splitlines()


def _look_at_file(context: Context, root: Path, row: Row, read: Gating) -> None:
    from costim.cytometry.fcs.findings import FcsError, findings_of
    from costim.cytometry.fcs.read import open_fcs
    from costim.cytometry.fcs.values import check_values

    path = root.joinpath(*row["fcs_file"].split("/"))
    place = context.place("samples", row, "fcs_file")
    if not path.is_file():
        return  # said where the cell is read
    try:
        read.inputs.append(_hashed(path, row["fcs_file"]))
        file = open_fcs(path, int(row["data_set"] or 0))
        values = check_values(file)
    except FcsError as error:
        read.findings += [
            place.finding(
                "error",
                "fcs_refused",
                found=f"{row['fcs_file']}, {problem.where}: {problem.found}",
                expected=problem.expected,
                action=problem.action,
            )
            for problem in error.problems
        ]
        return
    except OSError as error:
        found = f"{row['fcs_file']} cannot be opened: {error.strerror}"
        read.findings.append(place.finding("error", "unreadable_file", found=found, action="check its permissions"))
        return
    read.findings += [
        Place(row["fcs_file"], "", None, noticed.column).finding(
            noticed.severity, noticed.code, found=noticed.found, expected=noticed.expected, action=noticed.action
        )
        for noticed in findings_of(file, values)
    ]
    # Of a single stain the gates need nothing but the way to the lymphocytes; beads are no cells.
    if (row["stain"] or "sample") not in ("beads", "single"):
        read.files.setdefault(row["panel"], []).append(_tube(row, place, file))


def _tube(row: Row, place: Place, file: FcsFile) -> _Tube:
    from costim.cytometry.interchange.flowjo_apply import PanelFile
    from costim.cytometry.tube import Tube

    tube = Tube(
        path=file.path,
        subject=row["subject"],
        visit=row["visit"],
        timepoint=row["timepoint"] or "",
        panel=row["panel"],
        stain=row["stain"] or "sample",
        marker=row["marker"] or "",
    )
    known = PanelFile(row["fcs_file"], file, tube.stain == "sample", (tube.name,))
    return _Tube(place, row["fcs_file"], file, known)


def _fit(context: Context, index: int, read: Gating) -> None:
    """Channels that the gates need and a file lacks, and matrices that cannot be used.

    A ready strategy is made to fit the panel: gates on channels that are not there are left out, and that is said.
    """
    from costim.cytometry.strategies.fit import fit_to_files
    from costim.cytometry.strategies.misfits import misfits

    panel, files = context.plan.panels[index], read.files.get(context.plan.panels[index].name, [])
    place = context.lines.at(("panels", index, "gates"))
    if panel.gates.startswith(READY):
        try:
            read.gates[panel.name], gone = fit_to_files(read.gates[panel.name], [tube.file for tube in files])
        except CostimError as error:
            read.findings += _problems(error, place, panel.gates)
            return
        read.findings += [
            place.finding("note", "gate_left_out", found=one.words, action="nothing, if the panel has no such channel")
            for one in gone
        ]
    action = "correct the gates, or the panel of the tube"
    gates = read.gates[panel.name]
    for cell, name, file, known in files:
        own = next((n for n in (*known.aliases, name, file.path.name) if n in gates.exceptions), "")
        wrong = list(misfits(file, gates.for_sample(own)))
        read.findings += [
            cell.finding("error", code, found=f"{name}: {found}", expected=expected, action=action)
            for code, found, expected in wrong
        ]
        if not wrong:
            read.findings += _of_matrix(name, file, gates.for_sample(own))


def _of_matrix(name: str, file: FcsFile, strategy: Strategy) -> Iterator[Finding]:
    """What is noticed about the spillover matrix of a file, also that it has none, where the gates ask for it."""
    from costim.cytometry.events import matrix_findings

    for noticed in matrix_findings(file, strategy):
        yield Place(name, "", None, noticed.where).finding(
            noticed.severity, noticed.code, found=noticed.found, expected=noticed.expected, action=noticed.action
        )


def _unknown_cells(context: Context, read: Gating) -> Iterator[Finding]:
    """Endpoints on populations or markers that no gates of the study give."""
    known = {PREFIX + name for gates in read.gates.values() for name in _measured(gates.shared)}
    for path, name in asked_parameters(context.plan):
        place = name.removesuffix("." + name.rpartition(".")[2])
        if name.startswith(PREFIX) and place not in known:
            yield context.lines.at(path).finding(
                "warning",
                "unknown_parameter",
                found=name,
                expected=did_you_mean(place, known) or "a population of the gates, and a marker measured on it",
                action="correct the parameter; as it stands there is nothing to estimate",
            )


def _measured(strategy: Strategy) -> Iterator[str]:
    """Populations, and markers on the populations they are measured on, as parameters name them."""
    yield from (population for population, _ in strategy.populations())
    for name, marker in strategy.markers.items():
        yield from (f"{population}.{name}" for population in marker.populations)


def _hashed(path: Path, name: str) -> InputFile:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return InputFile(name.replace("\\", "/"), digest.hexdigest(), size)
