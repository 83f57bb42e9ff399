"""What is to be in a synthetic tube."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from costim.cytometry.synthetic.cells import cell_kinds, kinds_of
from costim.cytometry.synthetic.instrument import SCATTER
from costim.cytometry.synthetic.panels import PANELS, conjugates
from costim.errors import CostimError


def _nothing() -> Mapping[str, float]:
    return MappingProxyType({})


class SyntheticError(CostimError):
    """A sample that cannot be made; the message names every reason."""


@dataclass(frozen=True, slots=True)
class Clog:
    """The flow stops for a while and comes back unsteady."""

    at: float
    """Share of the events recorded before it, between 0 and 1."""
    gap_s: float
    """Seconds without an event."""
    settle_s: float = 0.0
    """Seconds of unsteady flow afterwards."""
    factor: float = 0.7
    """Signals during the unsteady flow, as a share of what they should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSpec:
    """A tube of blood as it is to be recorded. Every number of events is exact.

    Keys of `shifts` and `shares` are a marker (`cd40`) or a kind of cell with a marker (`naive_b.cd40`), which wins.
    """

    panel: str
    """`b_cells` or `t_cells`."""
    cells: Mapping[str, int]
    """Kind of cell (see `cells.toml`) -> single living cells that are recorded."""
    optional: tuple[str, ...] = ()
    """Optional markers of the panel that are in the tube: `cd38`; `cd45ro`."""
    shifts: Mapping[str, float] = field(default_factory=_nothing)
    """Factor on the median level of the cells that carry a marker."""
    shares: Mapping[str, float] = field(default_factory=_nothing)
    """Share of the cells that carry a marker, in place of the usual one."""
    masked: Mapping[str, float] = field(default_factory=_nothing)
    """Share of a marker that the conjugate cannot reach: rituximab in the blood hides CD20."""
    staining: Mapping[str, float] = field(default_factory=_nothing)
    """Factor on the signal of a conjugate in this tube (antibody lot, pipetting)."""
    false_b: int = 0
    """Cells that look alive, are no B cells, lack CD3, and bind the conjugates of CD19 and CD20."""
    dead: int = 0
    """Dead cells, drawn from the kinds in `cells`."""
    sticky: float = 0.0
    """Share of the dead cells that bind the conjugates of CD19 and CD20."""
    doublets: int = 0
    """Two living cells recorded as one event; these cells come on top of `cells`."""
    debris: int = 0
    margins: int = 0
    """Events beyond the range of FSC-A or SSC-A."""
    counting_beads: int = 0
    rate: float = 800.0
    """Events per second."""
    drift: Mapping[str, float] = field(default_factory=_nothing)
    """Channel ($PnN) -> relative change of its gain from the first event to the last."""
    clog: Clog | None = None
    voltages: Mapping[str, float] = field(default_factory=_nothing)
    """Channel -> $PnV where it differs from the usual one; the gain follows."""
    keywords: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Further keywords of the file."""

    def __post_init__(self) -> None:
        """Freeze the mappings, and refuse what cannot be made."""
        for name in ("cells", "shifts", "shares", "masked", "staining", "drift", "voltages", "keywords"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        problems = tuple(_problems(self))
        if problems:
            raise SyntheticError("The sample cannot be made: " + "; ".join(problems) + ".")

    @property
    def events(self) -> int:
        """All events of the tube."""
        other = self.false_b + self.dead + self.doublets + self.debris + self.margins + self.counting_beads
        return sum(self.cells.values()) + other

    @property
    def b_cells(self) -> int:
        """Single living B cells."""
        return sum(self.cells.get(name, 0) for name in kinds_of("b_cells"))


def _problems(spec: SampleSpec) -> Iterator[str]:
    if spec.panel not in PANELS:
        yield f"panel is {spec.panel!r}, expected one of {', '.join(PANELS)}"
        return
    optional = {c.key for c in PANELS[spec.panel] if c.optional}
    yield from (f"optional has {m!r}, the panel offers {sorted(optional)}" for m in spec.optional if m not in optional)
    kinds = cell_kinds()
    yield from (f"cells has {n!r}, expected one of {', '.join(kinds)}" for n in spec.cells if n not in kinds)
    yield from _bad_counts(spec)
    yield from _bad_keys(spec)
    if spec.false_b and spec.panel != "b_cells":
        yield "false_b needs the panel b_cells, whose conjugates they bind"
    if (spec.dead or spec.doublets) and not any(spec.cells.values()):
        yield "dead cells and doublets are drawn from cells, and there are none"
    if spec.clog and not (0 <= spec.clog.at <= 1 and spec.clog.gap_s >= 0 and spec.clog.settle_s >= 0):
        yield f"clog is {spec.clog}, expected a place between 0 and 1 and seconds of at least 0"


def _bad_counts(spec: SampleSpec) -> Iterator[str]:
    numbers = {f"cells {name}": number for name, number in spec.cells.items()}
    numbers |= {n: getattr(spec, n) for n in ("false_b", "dead", "doublets", "debris", "margins", "counting_beads")}
    yield from (f"{name} is {number}, expected 0 or more" for name, number in numbers.items() if number < 0)
    if not 0 <= spec.sticky <= 1:
        yield f"sticky is {spec.sticky}, expected a share between 0 and 1"
    if spec.rate <= 0:
        yield f"rate is {spec.rate}, expected events per second above 0"


def _bad_keys(spec: SampleSpec) -> Iterator[str]:
    markers = {c.key for c in PANELS[spec.panel]}
    for name in ("shifts", "shares", "masked", "staining"):
        for key, value in getattr(spec, name).items():
            kind, _, marker = key.rpartition(".")
            whole_tube = name in ("masked", "staining")
            if marker not in markers or (kind and (whole_tube or kind not in cell_kinds())):
                yield f"{name} has {key!r}, expected a marker of {sorted(markers)}, or kind.marker in shifts and shares"
            top = float("inf") if name in ("shifts", "staining") else 1.0
            if not 0 <= value <= top:
                yield f"{name} of {key} is {value}, expected a number between 0 and {top:g}"
    channels = {*SCATTER, *(c.detector for c in conjugates(spec.panel, spec.optional))}
    for name in ("drift", "voltages"):
        unknown = [key for key in getattr(spec, name) if key not in channels]
        yield from (f"{name} has {key!r}, expected a channel of {sorted(channels)}" for key in unknown)
