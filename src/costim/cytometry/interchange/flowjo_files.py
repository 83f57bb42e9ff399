"""Which FCS file belongs to which sample of a workspace: nothing is guessed, and nothing silently left over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from costim.cytometry.interchange.flowjo_workspace import Workspace, WorkspaceSample
from costim.registry.findings import Finding, sort_findings


class KnownFile(Protocol):
    """What is needed of an FCS file: `costim.cytometry.fcs.file.FcsFile`."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def keywords(self) -> Mapping[str, str]:
        """Keywords in upper case."""

    @property
    def events(self) -> int:
        """Events."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Samples with their files."""

    files: Mapping[str, int]
    """Key of the sample -> place of its file among those given."""
    findings: tuple[Finding, ...]
    """Samples without a file, files without a sample, and matches to be looked at."""


def match_files(workspace: Workspace, files: Sequence[KnownFile]) -> Matches:
    """Match samples and files by file name, then by $FIL, then by GUID.

    Each rule is applied to what the rules before it have left over, and matches only where exactly one sample and
    exactly one file agree. Cases of letters in names do not count.
    """
    found: dict[str, int] = {}
    rules: list[tuple[Callable[[WorkspaceSample], str], Callable[[KnownFile], str]]] = [
        (lambda sample: sample.file, lambda file: file.path.name),
        (lambda sample: sample.keywords.get("$FIL", ""), lambda file: file.keywords.get("$FIL", "")),
        (lambda sample: sample.keywords.get("GUID", ""), lambda file: file.keywords.get("GUID", "")),
    ]
    for of_sample, of_file in rules:
        samples = [sample for sample in workspace.samples if sample.key not in found]
        places = [place for place in range(len(files)) if place not in found.values()]
        found.update(_agreeing(samples, files, places, of_sample, of_file))
    notes = [*_unmatched(workspace, files, found), *_other_events(workspace, files, found)]
    return Matches(found, tuple(sort_findings(notes)))


def _agreeing(
    samples: Sequence[WorkspaceSample],
    files: Sequence[KnownFile],
    places: Sequence[int],
    of_sample: Callable[[WorkspaceSample], str],
    of_file: Callable[[KnownFile], str],
) -> dict[str, int]:
    wanted = [of_sample(sample).strip().casefold() for sample in samples]
    given = [of_file(files[place]).strip().casefold() for place in places]
    return {
        sample.key: places[given.index(name)]
        for sample, name in zip(samples, wanted, strict=True)
        if name and wanted.count(name) == 1 and given.count(name) == 1
    }


def _unmatched(workspace: Workspace, files: Sequence[KnownFile], found: Mapping[str, int]) -> list[Finding]:
    matched = set(found.values())
    samples = [
        Finding(
            "warning",
            "flowjo_sample_unmatched",
            workspace.file,
            sample.key,
            found="no file, or several, of this name, $FIL and GUID",
            expected="one FCS file",
            action="give the file under the name it had in FlowJo; no count of this sample is given",
        )
        for sample in workspace.samples
        if sample.key not in found
    ]
    left = [
        Finding(
            "warning",
            "flowjo_file_unmatched",
            file.path.name,
            found=f"no sample of {workspace.file}, or several, of this name, $FIL and GUID",
            expected="one sample",
            action="it is not gated by the gates of a sample of its own; add it to the workspace if it belongs there",
        )
        for place, file in enumerate(files)
        if place not in matched
    ]
    return samples + left


def _other_events(workspace: Workspace, files: Sequence[KnownFile], found: Mapping[str, int]) -> list[Finding]:
    return [
        Finding(
            "warning",
            "flowjo_events_differ",
            workspace.file,
            sample.key,
            found=f"{sample.events} events in FlowJo, {files[found[sample.key]].events} in the file",
            expected="the same number",
            action="check that it is the same file: stored counts cannot be compared otherwise",
        )
        for sample in workspace.samples
        if sample.key in found and sample.events is not None and sample.events != files[found[sample.key]].events
    ]
