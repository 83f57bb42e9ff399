"""gates.toml -> strategies; everything that is wrong at once, each at its line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from costim.cytometry.gates.check import set_problems
from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Axis, Gate, Strategy, StrategySet
from costim.cytometry.gates.order import in_order
from costim.cytometry.gates.toml_entry import Entry, Notes
from costim.cytometry.gates.toml_gates import read_gate
from costim.cytometry.gates.toml_lines import Path_, key_lines, line_of
from costim.cytometry.gates.toml_measured import read_marker, read_roles, read_subsets, read_threshold
from costim.cytometry.gates.toml_scales import read_axis, read_matrix, read_ratio, read_scale

SCHEMA = 1
MOST_BYTES = 20_000_000
"""A strategy has some kilobytes; a longer file is something else."""


def read_toml(path: Path) -> StrategySet:
    """Read a gates.toml.

    Raises:
        GateError: the file cannot be read, is not TOML, or does not make a strategy; all problems with line, key, what
            was found and what was expected.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise GateError([GateProblem(path.name, "a file that cannot be read", "a gates.toml")]) from error
    if size > MOST_BYTES:
        raise GateError([GateProblem(path.name, f"{size} bytes", f"a strategy of at most {MOST_BYTES} bytes")])
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found, action = "bytes that are not UTF-8 text", "save the file as UTF-8 in the text editor"
        raise GateError([GateProblem("", found, "UTF-8", action, file=path.name, line=line)]) from error
    return parse_toml(text, path.name, path.parent)


def parse_toml(text: str, file: str = "gates.toml", folder: Path | None = None) -> StrategySet:
    """The text of a gates.toml to strategies; `folder` is where files of matrices are looked for.

    Raises:
        GateError: as `read_toml`.
    """
    text = text.replace("\r\n", "\n")
    try:
        raw = tomllib.loads(text)
        notes = Notes(file, key_lines(text))
    except tomllib.TOMLDecodeError as error:
        raise GateError([_syntax(str(error), file, text)]) from error
    except (RecursionError, ValueError, OverflowError) as error:
        found = "lists or numbers that cannot be read"
        raise GateError([GateProblem("", found, "short lists and ordinary numbers", file=file)]) from error
    strategies = _Reader(raw, notes, folder).read()
    if notes.problems:
        raise GateError(sorted(dict.fromkeys(notes.problems), key=lambda problem: problem.line or 0))
    return strategies


def _syntax(message: str, file: str, text: str) -> GateProblem:
    where = re.search(r"\(at line (\d+), column (\d+)\)", message)
    line = int(where[1]) if where else text.count("\n") + 1
    said = re.sub(r"\s*\(at .*\)$", "", message)
    found = f"{said}, at character {where[2]} of the line" if where else said
    expected = 'TOML: headings in brackets, and lines such as name = "b_cells"'
    return GateProblem("", found, expected, "correct the line in a text editor", file=file, line=line)


class _Reader:
    def __init__(self, raw: Mapping[str, Any], notes: Notes, folder: Path | None) -> None:
        self.top = Entry(raw, (), "", notes)
        self.notes, self.folder = notes, folder
        self.homes: dict[str, Path_] = {}
        """Where things stand: `gate b_cells` -> its path."""
        self.broken: set[str] = set()
        """Names of parts that were wrong by themselves: nothing that follows from them is said."""

    def read(self) -> StrategySet:
        top = self.top
        schema = top.get("schema", f"schema = {SCHEMA}")
        if "schema" in top.raw and (schema != SCHEMA or isinstance(schema, bool)):
            top.problem("schema", repr(schema), str(SCHEMA), "this version of costim reads schema 1")
        name = top.text("name", "a name for the strategy")
        axes, scales = self._scales()
        gates = tuple(self._gate(entry, axes) for entry in top.entries("gates"))
        thresholds = self._kept("thresholds", "threshold", lambda own, part: read_threshold(own, part, axes))
        markers = self._kept("markers", "marker", lambda _own, part: read_marker(part, axes))
        roles = read_roles(Entry(top.get("roles") or {}, ("roles",), "roles", self.notes))
        subsets = read_subsets(Entry(top.get("subsets") or {}, ("subsets",), "subsets", self.notes))
        self.homes |= {f"role {role}": ("roles", role) for role in roles}
        self.homes |= {f"subsets of {whole}": ("subsets", whole) for whole in subsets}
        shared = Strategy(
            name=name,
            gates=in_order(gates),
            thresholds=tuple(thresholds.values()),
            markers=MappingProxyType(markers),
            roles=roles,
            subsets=subsets,
            **scales,
        )
        exceptions, reasons = self._exceptions(axes)
        top.close()
        strategies = StrategySet(shared, exceptions, reasons)
        self._check(strategies)
        return strategies

    def _kept(self, key: str, kind: str, read: Any) -> dict[str, Any]:
        """Tables of one heading, without those that are wrong."""
        found = {}
        for name, entry in self.top.named(key, kind):
            part = read(name, entry)
            self.homes[entry.where] = entry.path
            if entry.broken or part is None:
                self.broken |= {entry.where, name}
            if part is not None:
                found[name] = part
        return found

    def _scales(self) -> tuple[Mapping[str, Axis], dict[str, Any]]:
        transforms = self._kept("transforms", "transform", lambda _own, part: read_scale(part))
        matrices = self._kept("matrices", "matrix", lambda own, part: read_matrix(own, part, self.folder))
        ratio_entries = self.top.named("ratios", "ratio")
        # A transform that is wrong has been spoken of; an axis that names it is not to blame.
        known = ({n for n, _ in self.top.named("transforms", "")}, {n for n, _ in self.top.named("matrices", "")})
        ratio_names = {name for name, _ in ratio_entries}
        axes = self._kept("axes", "axis", lambda _own, part: read_axis(part, *known, ratio_names))
        ratios = {name: read_ratio(entry, axes) for name, entry in ratio_entries}
        self.homes |= {entry.where: entry.path for _, entry in ratio_entries}
        self.broken |= {name for name, ratio in ratios.items() if ratio is None}
        kept = MappingProxyType({name: ratio for name, ratio in ratios.items() if ratio is not None})
        return axes, {
            "transforms": MappingProxyType(transforms),
            "matrices": MappingProxyType(matrices),
            "ratios": kept,
        }

    def _gate(self, entry: Entry, axes: Mapping[str, Axis], sample: str = "") -> Gate:
        gate = read_gate(entry, axes)
        where = f"exception of sample {sample}, gate {gate.name}" if sample else f"gate {gate.name}"
        self.homes.setdefault(where, entry.path)
        if entry.broken:
            self.broken |= {where, gate.name}
        return gate

    def _exceptions(
        self, axes: Mapping[str, Axis]
    ) -> tuple[Mapping[str, tuple[Gate, ...]], Mapping[tuple[str, str], str]]:
        found: dict[str, list[Gate]] = {}
        reasons: dict[tuple[str, str], str] = {}
        for index, entry in enumerate(self.top.entries("exceptions")):
            entry.where = f"exceptions[{index + 1}]"
            sample = entry.text("sample", "the sample for which the gate differs")
            why = entry.text("why", "why the gate differs for this sample")
            raw = entry.get("gate", "a gate in the same keys as under [[gates]]")
            entry.close()
            if not isinstance(raw, Mapping):
                if raw is not None:
                    entry.problem("gate", "no table", "a gate in the same keys as under [[gates]]")
                continue
            gate = self._gate(Entry(raw, (*entry.path, "gate"), entry.where, self.notes, entry), axes, sample)
            self.homes.setdefault(f"exception of sample {sample}", entry.path)
            found.setdefault(sample, []).append(gate)
            reasons[sample, gate.name] = why
        return MappingProxyType({sample: tuple(gates) for sample, gates in found.items()}), MappingProxyType(reasons)

    def _check(self, strategies: StrategySet) -> None:
        """What only the whole shows, at the lines of its parts."""
        for problem in set_problems(strategies):
            # The parent of a gate is read whatever else is wrong with the gate.
            follows = problem.where in self.broken and problem.key != "parent"
            if follows or any(repr(name) in problem.found for name in self.broken):
                continue
            path = self.homes.get(problem.where, ()) + _as_path(problem.key)
            line = line_of(self.notes.lines, path)
            self.notes.problems.append(replace(problem, file=self.notes.file, line=line))


def _as_path(key: str) -> Path_:
    """`bounds[2].from` -> ("bounds", 1, "from")."""
    parts = re.findall(r"([\w ]+)|\[(\d+)\]", key)
    return tuple(int(number) - 1 if number else name for name, number in parts)
