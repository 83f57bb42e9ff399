"""Gates from where a person keeps them: our own file, GatingML 2.0, a FlowJo 10 workspace, or a ready strategy."""

from __future__ import annotations

from pathlib import Path

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import StrategySet

READY = "ready:"


def load_gates(source: str | Path) -> StrategySet:
    """The strategies of a file or of a name.

    Args:
        source: `ready:NAME`, or a path that ends in .toml (gates.toml), .xml (GatingML 2.0) or .wsp (FlowJo 10).

    Raises:
        CostimError: nothing is there, the ending is another, or what stands there cannot be used; everything that is
            wrong is said at once.
    """
    text = str(source)
    if text.startswith(READY):
        from costim.cytometry.strategies.ready import ready

        return ready(text.removeprefix(READY))
    path = Path(source)
    if not path.is_file():
        problem = GateProblem(path.name, "no such file", "a gates file, or ready:NAME", "check the path")
        raise GateError([problem])
    match path.suffix.casefold():
        case ".toml":
            from costim.cytometry.gates.read_toml import read_toml

            return read_toml(path)
        case ".xml" | ".gatingml":
            from costim.cytometry.interchange.gatingml_read import read_gatingml

            return StrategySet(read_gatingml(path))
        case ".wsp":
            from costim.cytometry.interchange.flowjo_read import read_workspace

            return read_workspace(path).strategy_set()
    expected = "a file that ends in .toml (gates.toml), .xml (GatingML 2.0) or .wsp (FlowJo 10), or ready:NAME"
    raise GateError([GateProblem(path.name, f"the ending {path.suffix or 'none'}", expected, "give such a file")])
