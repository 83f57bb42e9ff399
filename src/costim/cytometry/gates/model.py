"""A gating strategy as data: axes, gates, populations. No event is looked at here.

Names follow GatingML 2.0 (ISAC 2015). A strategy is immutable; what differs between samples is another strategy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from costim.cytometry.compensation.matrix import SpilloverMatrix
    from costim.cytometry.transforms.scale import Scale

UNCOMPENSATED = ""
FROM_FILE = "file"
"""The matrix that the FCS file itself carries; without one, its values as they are, which is a finding."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What a gate looks at along one dimension."""

    source: str
    """Channel ($PnN), marker ($PnS), or the name of a ratio of the strategy; see `FcsFile.find`."""
    compensation: str = UNCOMPENSATED
    """Blank, `file`, or a name of `Strategy.matrices`."""
    transform: str = ""
    """Blank (linear values as they are) or a name of `Strategy.transforms`."""


Bound = float | str | None
"""A number on the scale of the axis, the name of a `Threshold`, or None where there is no bound."""


@dataclass(frozen=True, slots=True)
class Range:
    """`lower` <= value < `upper` on one axis (GatingML 2.0, section 5.1.2: the lower end belongs to the gate)."""

    axis: Axis
    lower: Bound = None
    upper: Bound = None


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Every range holds: an interval, a rectangle or a box."""

    name: str
    parent: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Polygon:
    """Inside a closed polygon by the even-odd rule; points on its border are inside."""

    name: str
    parent: str
    x: Axis
    y: Axis
    vertices: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """Squared Mahalanobis distance from `mean` at most `distance_square`."""

    name: str
    parent: str
    axes: tuple[Axis, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    distance_square: float


@dataclass(frozen=True, slots=True)
class Divider:
    """Values that cut one axis into intervals; each interval has its lower end."""

    name: str
    axis: Axis
    values: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Quadrant:
    """One region of a quadrant gate: for each divider named, the interval that holds this position."""

    name: str
    positions: tuple[tuple[str, int], ...]
    """Divider and number of the interval, 0 being below its first value."""


@dataclass(frozen=True, slots=True)
class Quadrants:
    """Several regions cut by common dividers; each quadrant is a population of its own."""

    name: str
    parent: str
    dividers: tuple[Divider, ...]
    quadrants: tuple[Quadrant, ...]


@dataclass(frozen=True, slots=True)
class Operand:
    """A population another gate refers to, or all that is not in it."""

    population: str
    complement: bool = False


@dataclass(frozen=True, slots=True)
class Boolean:
    """`and`, `or` or `not` of populations, within the parent."""

    name: str
    parent: str
    operation: Literal["and", "or", "not"]
    operands: tuple[Operand, ...]


Gate = Rectangle | Polygon | Ellipsoid | Quadrants | Boolean


@dataclass(frozen=True, slots=True)
class Ratio:
    """`a * (x - b) / (y - c)` of two channels (GatingML 2.0, `fratio`)."""

    x: Axis
    y: Axis
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0


Source = Literal["fmo", "isotype", "reference", "valley", "fixed"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound that the data decide: one number per subject and panel, the same at every visit.

    `sources` are tried in order: `fmo` and `isotype` are the `quantile` of control tubes; `reference` is the `quantile`
    of `reference`, a population known not to carry the marker; `valley` is the lowest density between two modes of the
    pooled visits, each visit with the same weight, never for an outcome marker; `fixed` is `value`.
    """

    name: str
    axis: Axis
    population: str
    """The population whose events are looked at."""
    sources: tuple[Source, ...]
    quantile: float = 0.99
    reference: str = ""
    value: float | None = None
    """The fixed number on the scale of the axis."""
    search: tuple[float, float] | None = None
    """Where on the scale of the axis a valley may lie."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What is measured on cells, apart from the gates: a channel whose level is reported."""

    axis: Axis
    """Transform of the axis is for plots only: levels are in linear units."""
    populations: tuple[str, ...]
    """Populations on which the level is measured."""
    outcome: bool = False
    """Is the marker a question of the study? Then nothing is aligned on it and no threshold lies in its valley."""
    threshold: str = ""
    """Name of the threshold above which a cell is positive; blank when none."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """A hierarchy of gates with the scales and matrices they name.

    `gates` stand in order: a parent and every operand before those that name it. `""` is the parent of all events.
    `roles` name populations that measurements need: `lymphocytes`, `live`, `singlets`, `beads`, `naive`, `memory` ...
    """

    name: str
    gates: tuple[Gate, ...]
    transforms: Mapping[str, Scale] = field(default_factory=lambda: MappingProxyType({}))
    matrices: Mapping[str, SpilloverMatrix] = field(default_factory=lambda: MappingProxyType({}))
    ratios: Mapping[str, Ratio] = field(default_factory=lambda: MappingProxyType({}))
    thresholds: tuple[Threshold, ...] = ()
    markers: Mapping[str, Marker] = field(default_factory=lambda: MappingProxyType({}))
    """Name as in parameters (`cd40`) -> marker."""
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    subsets: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Population -> subsets that divide it (`b_cells` -> `naive_b`, `memory_b` ...), for composition or expression."""

    def populations(self) -> Iterator[tuple[str, str]]:
        """Name and parent of every population, quadrants one by one, in order."""
        for gate in self.gates:
            if isinstance(gate, Quadrants):
                yield from ((quadrant.name, gate.parent) for quadrant in gate.quadrants)
            else:
                yield gate.name, gate.parent


@dataclass(frozen=True, slots=True)
class StrategySet:
    """One strategy for all samples, and the gates in which single samples differ from it."""

    shared: Strategy
    exceptions: Mapping[str, tuple[Gate, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Sample (`Tube.name`, or the file name where there is no study) -> gates that stand for those of the same name."""
    reasons: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    """Sample and gate -> why the gate differs there, where somebody said so."""

    def for_sample(self, name: str) -> Strategy:
        """The strategy of one sample."""
        own = {gate.name: gate for gate in self.exceptions.get(name, ())}
        return replace(self.shared, gates=tuple(own.get(gate.name, gate) for gate in self.shared.gates))
