"""Cells per microlitre of blood: from the volume acquired, from counting beads, or from haematology."""

from __future__ import annotations

from dataclasses import dataclass

from costim.inference.cells.contamination import compute_net_count, compute_net_share
from costim.inference.cells.detection import Control
from costim.inference.counts.garwood import compute_garwood
from costim.inference.counts.rate_ratio import compute_rate_ratio

DENOMINATOR_SHARE = 0.2
"""Part of the error that a second source (beads, haematology) may use; the rest is that of the cells."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """Cells per uL of blood. `upper` is None where no bead was counted."""

    estimate: float | None
    lower: float
    upper: float | None
    level: float


def compute_per_volume(
    events: int,
    parents: int,
    volume_ul: float,
    control: Control | None = None,
    *,
    at_most: bool = False,
    level: float = 0.95,
) -> Concentration:
    """Net count over the volume of blood that was acquired, which is taken as known.

    Raises:
        ValueError: the volume is not above 0; see `compute_net_count`.
    """
    if not 0 < volume_ul < float("inf"):
        raise ValueError(f"the volume of blood must be above 0, found {volume_ul}")
    net = compute_net_count(events, parents, control, at_most=at_most, level=level)
    return Concentration(net.estimate / volume_ul, net.lower / volume_ul, net.upper / volume_ul, level)


def compute_per_bead(
    events: int,
    parents: int,
    beads: int,
    beads_per_ul: float,
    control: Control | None = None,
    *,
    at_most: bool = False,
    level: float = 0.95,
) -> Concentration:
    """Cells over counting beads, times the beads per uL of blood.

    Without a control the interval is the exact conditional one of a ratio of two Poisson counts; with one, a fifth of
    the error goes to the beads.

    Args:
        events: cells counted.
        parents: events of the parent gate of the cells.
        beads: beads counted, 0 or more.
        beads_per_ul: beads added per uL of blood, above 0; taken as known.
        control: false events.
        at_most: see `compute_net_count`.
        level: confidence level.

    Raises:
        ValueError: `beads_per_ul` is not above 0; see `compute_net_count`.
    """
    if not 0 < beads_per_ul < float("inf"):
        raise ValueError(f"the beads per uL of blood must be above 0, found {beads_per_ul}")
    if beads == 0:
        return Concentration(None, 0.0, None, level)
    if control is None:
        exact = compute_rate_ratio(events, 1, beads, 1, level=level)
        lower, upper = exact.lower or 0.0, exact.upper
        return Concentration(
            events / beads * beads_per_ul, lower * beads_per_ul, None if upper is None else upper * beads_per_ul, level
        )
    error = 1 - level
    net = compute_net_count(events, parents, control, at_most=at_most, level=1 - (1 - DENOMINATOR_SHARE) * error)
    counted = compute_garwood(beads, level=1 - DENOMINATOR_SHARE * error)
    return Concentration(
        net.estimate / beads * beads_per_ul,
        net.lower / counted.upper * beads_per_ul,
        net.upper / counted.lower * beads_per_ul,
        level,
    )


def compute_from_haematology(
    events: int,
    lymphocytes: int,
    per_ul: float,
    control: Control | None = None,
    *,
    parents: int | None = None,
    at_most: bool = False,
    cv: float | None = None,
    level: float = 0.95,
) -> Concentration:
    """Share of the lymphocytes times the lymphocytes per uL that haematology counted in the same blood.

    Args:
        events: cells in the gate, all of them lymphocytes.
        lymphocytes: lymphocytes in the tube.
        per_ul: lymphocytes per uL by haematology, 0 or more.
        control: false events.
        parents: events of the parent gate, to which the control refers; the lymphocytes when not given.
        at_most: see `compute_net_count`.
        cv: coefficient of variation of haematology; None leaves its error out, and who prints the limits says so. The
            error is taken as log-normal, and a fifth of the whole goes to it.
        level: confidence level.

    Raises:
        ValueError: `per_ul` is negative, `cv` is not above 0; see `compute_net_share`.
    """
    if not 0 <= per_ul < float("inf"):
        raise ValueError(f"lymphocytes per uL must not be negative, found {per_ul}")
    if cv is not None and not cv > 0:
        raise ValueError(f"the coefficient of variation of haematology must be above 0, found {cv}")
    second = 0.0 if cv is None else DENOMINATOR_SHARE * (1 - level)
    share = compute_net_share(events, lymphocytes, control, parents=parents, at_most=at_most, level=level + second)
    factor = 1.0 if cv is None else _log_normal_factor(cv, second)
    return Concentration(share.estimate * per_ul, share.lower * per_ul / factor, share.upper * per_ul * factor, level)


def _log_normal_factor(cv: float, error: float) -> float:
    """How far a log-normal reading may be from the truth, as a factor, at a two-sided error."""
    from math import exp, log, sqrt

    from scipy.special import ndtri

    return exp(float(ndtri(1 - error / 2)) * sqrt(log(1 + cv**2)))
