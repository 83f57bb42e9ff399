"""Keywords of a synthetic file: the matrix, the voltages, and in several places that it is synthetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from costim.cytometry.synthetic.instrument import TIMESTEP, spillover
from costim.cytometry.synthetic.panels import Conjugate
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.staining import Left

CYTOMETER = "costim synthetic"
COMMENT = "Synthetic: made by costim, from no blood and no patient"


def keywords_of(spec: SampleSpec, panel: Sequence[Conjugate], left: Left, seed: int) -> Mapping[str, str]:
    """Keywords of a tube, apart from those that describe the layout of the file."""
    names = [c.detector for c in panel]
    control = f"{left.control} {left.marker}".strip() if left.control else "fully stained"
    return MappingProxyType(
        {
            "$CYT": CYTOMETER,
            "$COM": COMMENT,
            "$SRC": "synthetic",
            "$SPILLOVER": spillover_text(names),
            "$TIMESTEP": f"{TIMESTEP:g}",
            "COSTIM SYNTHETIC": f"panel {spec.panel}, {control}, seed {seed}",
            **spec.keywords,
        }
    )


def spillover_text(names: Sequence[str]) -> str:
    """Value of `$SPILLOVER` (FCS 3.1, section 3.2.20): number of detectors, their names, the matrix row by row."""
    values = [f"{value:g}" for row in spillover(names) for value in row]
    return ",".join([str(len(names)), *names, *values])
