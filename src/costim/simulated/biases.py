"""Ways in which a before/after study can mislead, each with one amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class BiasKind:
    """What one bias does, and which amounts make sense."""

    name: str
    usual: float
    """Amount taken when none is given."""
    minimum: float
    maximum: float
    prose: str


BIASES: Mapping[str, BiasKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            BiasKind(
                "selected_high",
                18.0,
                0.0,
                60.0,
                "Patients enter only if the SLEDAI read at baseline is above this many points; they fluctuate, so "
                "later readings fall without any treatment",
            ),
            BiasKind(
                "steroid_pulse",
                0.35,
                0.0,
                1.0,
                "Methylprednisolone 1000 mg on days 0 to 2 takes this share off activity at once; it wears off with a "
                "time constant of 30 days",
            ),
            BiasKind("missing_visits", 0.15, 0.0, 0.9, "Each visit after baseline is missed with this probability"),
            BiasKind(
                "missing_when_ill",
                0.4,
                0.0,
                0.9,
                "A visit after baseline is missed with this probability times activity relative to entry (at most 1)",
            ),
            BiasKind(
                "unblinded_readers",
                0.3,
                0.0,
                1.0,
                "After treatment each present item that rests on complaint or judgement is left out with this "
                "probability, and an image without improvement is called improved with it",
            ),
            BiasKind(
                "gate_drift",
                0.15,
                0.0,
                0.9,
                "Outcome conjugates shine weaker by this share at the last visit with tubes, half of it at the one "
                "before",
            ),
            BiasKind(
                "spill_error",
                0.5,
                -1.0,
                1.0,
                "The matrix in the files of visits after baseline lacks this share of every spillover coefficient",
            ),
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Biases:
    """Amounts; None: the bias is absent. Meaning and legal range of each stand in `BIASES`."""

    selected_high: float | None = None
    steroid_pulse: float | None = None
    missing_visits: float | None = None
    missing_when_ill: float | None = None
    unblinded_readers: float | None = None
    gate_drift: float | None = None
    spill_error: float | None = None

    @property
    def named(self) -> Mapping[str, float]:
        """Those present, by name."""
        amounts = {f.name: getattr(self, f.name) for f in fields(self)}
        return MappingProxyType({name: float(a) for name, a in amounts.items() if a is not None})


def bias_problems(biases: Biases) -> list[str]:
    """What is wrong with the amounts, in words."""
    return [
        f"bias {name}: found {amount:g}, expected a number from {BIASES[name].minimum:g} to {BIASES[name].maximum:g}"
        for name, amount in biases.named.items()
        if not BIASES[name].minimum <= amount <= BIASES[name].maximum
    ]
