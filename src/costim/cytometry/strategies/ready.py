"""Ready strategies: gates for the costimulation panels, kept as files (`ready_files/*.toml`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import StrategySet
from costim.cytometry.gates.read_toml import parse_toml
from costim.registry.suggest import did_you_mean, listed

_FOLDER = files("costim.cytometry.strategies") / "ready_files"
_ENDING = ".toml"


def ready_names() -> tuple[str, ...]:
    """Names of the ready strategies, in order."""
    return tuple(sorted(f.name.removesuffix(_ENDING) for f in _FOLDER.iterdir() if f.name.endswith(_ENDING)))


def ready_text(name: str) -> str:
    """The gates.toml of a ready strategy, to be copied and changed.

    Raises:
        GateError: There is none of this name.
    """
    if name not in ready_names():
        expected = did_you_mean(name, ready_names()) or f"one of {listed(ready_names())}"
        raise GateError([GateProblem(f"ready strategy {name!r}", "no such strategy", expected)])
    return (_FOLDER / f"{name}{_ENDING}").read_text(encoding="utf-8")


@cache
def ready(name: str) -> StrategySet:
    """A ready strategy: thresholds have names and no numbers yet, channels the names that the field uses.

    Fit it to the files of a panel with `fit_to_files`, then let the data decide with `resolve_thresholds`.

    Raises:
        GateError: There is none of this name.
    """
    return parse_toml(ready_text(name), f"{name}{_ENDING}")
