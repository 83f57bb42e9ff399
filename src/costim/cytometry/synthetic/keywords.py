"""Keywords of a synthetic file: the matrix, the voltages, and in several places that it is synthetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from costim.cytometry.synthetic.instrument import SCATTER, TIMESTEP, detector, spillover
from costim.cytometry.synthetic.panels import Conjugate
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.staining import Left

CYTOMETER = "costim synthetic"
COMMENT = "Synthetic: made by costim, from no blood and no patient"
SCATTER_VOLTAGES = MappingProxyType({"FSC-A": 320.0, "FSC-H": 320.0, "FSC-W": 320.0, "SSC-A": 350.0})


def keywords_of(spec: SampleSpec, panel: Sequence[Conjugate], left: Left, seed: int) -> Mapping[str, str]:
    """Keywords of a tube, apart from those that describe the layout of the file."""
    names = [c.detector for c in panel]
    usual = {**SCATTER_VOLTAGES, **{name: detector(name).voltage for name in names}}
    voltages = {f"$P{i}V": f"{spec.voltages.get(n, usual[n]):g}" for i, n in enumerate([*SCATTER, *names], start=1)}
    control = f"{left.control} {left.marker}".strip() if left.control else "fully stained"
    return MappingProxyType(
        {
            "$CYT": CYTOMETER,
            "$COM": COMMENT,
            "$SRC": "synthetic",
            "$SPILLOVER": spillover_text(names),
            "$TIMESTEP": f"{TIMESTEP:g}",
            **voltages,
            "COSTIM SYNTHETIC": f"panel {spec.panel}, {control}, seed {seed}",
            **spec.keywords,
        }
    )


def spillover_text(names: Sequence[str]) -> str:
    """Value of `$SPILLOVER` (FCS 3.1, section 3.2.20): number of detectors, their names, the matrix row by row."""
    values = [f"{value:g}" for row in spillover(names) for value in row]
    return ",".join([str(len(names)), *names, *values])
