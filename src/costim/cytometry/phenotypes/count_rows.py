"""How many cells: number, share of the parent, share of the lymphocytes, cells per microlitre."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from costim.cytometry.gates.lineage import lineage
from costim.cytometry.phenotypes.asked import EVERYTHING, Asked
from costim.cytometry.phenotypes.phenotype import Phenotype, Statistic, Status
from costim.cytometry.phenotypes.sample import FalseEvents, GatedSample, worst
from costim.cytometry.tube import Tube
from costim.inference.cells.concentration import (
    Concentration,
    compute_from_haematology,
    compute_per_bead,
    compute_per_volume,
)
from costim.inference.cells.contamination import (
    Net,
    PositiveShare,
    compute_false_cells,
    compute_net_count,
    compute_net_share,
    compute_positive_share,
    own_level,
)
from costim.inference.cells.detection import Origin

UNKNOWN = "How many of the events are false is not known: no control was given."
FALSE_AT: Mapping[Origin, str] = MappingProxyType(
    {
        "control_tube": "Events of the parent gate fall into the gate falsely at the rate of the control.",
        "own_cells": "Events of the parent gate fall into the gate falsely as often as cells of the sample carry the "
        "stain though they cannot belong there.",
        "assumed": "Events of the parent gate fall into the gate falsely at the rate that the study assumes.",
    }
)
FLAGS: Mapping[Origin, tuple[str, ...]] = MappingProxyType(
    {"control_tube": (), "own_cells": ("background_of_own_cells",), "assumed": ("background_assumed",)}
)


def count_rows(
    sample: GatedSample, population: str, tube: Tube, roles: dict[str, str], asked: Asked = EVERYTHING
) -> Iterator[Phenotype]:
    """Rows on the number of cells of one population."""
    if asked.has(population, "count"):
        yield _count(sample, population)
    if asked.has(population, "fraction_of_parent"):
        yield _share_of_parent(sample, population)
    lymphocytes = roles.get("lymphocytes", "")
    inside = lymphocytes and lymphocytes in lineage(sample.parents, population)[1:]
    if inside and asked.has(population, "fraction_of_lymphocytes"):
        yield _share_of_lymphocytes(sample, population, lymphocytes)
    per_ul = _per_ul(sample, population, tube, roles) if asked.has(population, "per_ul") else None
    if per_ul is not None:
        yield per_ul


def base_flags(sample: GatedSample, population: str) -> tuple[str, ...]:
    """What every row of the population says about its false events."""
    speaking = sample.all_false_events(population)
    if not speaking:
        return ("background_unknown",)
    origins = dict.fromkeys(flag for false in speaking for flag in FLAGS[false.control.origin])
    return (*origins, *(() if speaking[0].own else ("background_of_larger_gate",)))


def assumption_of(sample: GatedSample, population: str, *more: str) -> str:
    """The sentences on which a row rests."""
    rates = dict.fromkeys(FALSE_AT[false.control.origin] for false in sample.all_false_events(population))
    return " ".join((*(rates or (UNKNOWN,)), *more))


def _row(
    sample: GatedSample,
    population: str,
    statistic: Statistic,
    found: Net | Concentration | PositiveShare | None,
    *,
    unit: str,
    method: str,
    scale: float = 1.0,
    whole: int | None = None,
    status: Status | None = None,
    whole_status: Status = "ok",
    flags: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
) -> Phenotype:
    limits = sample.limits(population)
    value, lower, upper = (
        None if end is None else end * scale
        for end in ((found.estimate, found.lower, found.upper) if found else (None, None, None))
    )
    if lower is not None and not isinstance(found, PositiveShare):
        lower *= _kept(sample, population)
    return Phenotype(
        population=population,
        statistic=statistic,
        value=value,
        lower=lower,
        upper=upper,
        level=sample.settings.level,
        interval_method=method if lower is not None or upper is not None else "",
        events=sample.events(population),
        parent_events=sample.parent_events(population) if whole is None else whole,
        unit=unit,
        lob=limits.lob,
        lod=limits.lod,
        lloq=limits.lloq,
        status=sample.status(population) if status is None else status,
        whole_status=whole_status,
        flags=tuple(sorted({*base_flags(sample, population), *flags})),
        assumption=assumption_of(sample, population, *more),
    )


def _level(sample: GatedSample, population: str) -> float:
    """Level of the nearest control's net; where others speak too, a fifth of the error is theirs."""
    level = sample.settings.level
    return own_level(level) if len(sample.all_false_events(population)) > 1 else level


def _kept(sample: GatedSample, population: str) -> float:
    """Part of a lower limit that is left when the events that are false by the controls further out go too.

    Every lower limit is at least in proportion to that of the number of cells, from which they are taken.
    """
    around = sample.false_around(population, sample.settings.level)
    if not around:
        return 1.0
    least = _net_count(sample, population).lower
    return max(1 - around / least, 0.0) if least > 0 else 0.0


def _net_count(sample: GatedSample, population: str) -> Net:
    false = sample.false_events(population)
    return compute_net_count(
        sample.events(population),
        0 if false is None else false.parents,
        None if false is None else false.control,
        at_most=false is not None and not false.own,
        level=_level(sample, population),
    )


def _subtracted(false: FalseEvents | None) -> tuple[str, ...]:
    return ("background_subtracted",) if false is not None and false.own and false.control.events else ()


def _count(sample: GatedSample, population: str) -> Phenotype:
    false = sample.false_events(population)
    net = _net_count(sample, population)
    method = "poisson_count" if false is None else "net_count"
    return _row(sample, population, "count", net, unit="cells", method=method, flags=_subtracted(false))


def _share_of_parent(sample: GatedSample, population: str) -> Phenotype:
    """Where the parent itself may hold false cells, each of these may lie in the population or not."""
    parent, level = sample.parents[population], sample.settings.level
    events, whole = sample.events(population), sample.parent_events(population)
    own = sample.controls.get(population)
    if whole == 0:
        return _row(
            sample, population, "fraction_of_parent", None,
            unit="%", method="", whole_status="below_lod", flags=("parent_empty",),
        )  # fmt: skip
    flags = ("background_subtracted",) if own is not None and own.events else ()
    of_parent: Status = sample.status(parent) if parent else "ok"
    hidden = of_parent == "below_lod"
    status = worst(sample.status(population), of_parent)
    share: Net | PositiveShare | None
    if parent and sample.false_events(parent) is not None:
        share, method = None if hidden else _worst_share(sample, population, parent), "worst_share"
    else:
        share = None if hidden else compute_net_share(events, whole, own, level=level)
        method = "clopper_pearson" if own is None else "net_share"
    return _row(
        sample, population, "fraction_of_parent", share,
        unit="%", method=method, scale=100, status=status, whole_status=of_parent, flags=flags,
    )  # fmt: skip


def _worst_share(sample: GatedSample, population: str, parent: str) -> PositiveShare:
    """Share of a parent some of whose cells may be false; by its own control some of the others may be counted falsely.

    The fifth of the error that belongs to false cells is shared by the two.
    """
    events, whole, level = sample.events(population), sample.parent_events(population), sample.settings.level
    own = sample.controls.get(population)
    each = level if own is None else 1 - (1 - level) / 2
    leaked = min(compute_false_cells(whole, own, level=each), events)
    found = compute_positive_share(
        events,
        whole,
        level=own_level(level),
        false_cells=sample.false_cells(parent, each),
        falsely_positive=leaked,
    )
    if own is None or found.lower is None or found.upper is None:
        return found
    rate = min(own.events / own.parents * own.times, 1.0)
    net = (events / whole - rate) / (1 - rate) if rate < 1 else 0.0
    return replace(found, estimate=min(max(net, found.lower), found.upper))


def _share_of_lymphocytes(sample: GatedSample, population: str, lymphocytes: str) -> Phenotype:
    whole, false = sample.events(lymphocytes), sample.false_events(population)
    if whole == 0:
        return _row(
            sample, population, "fraction_of_lymphocytes", None,
            unit="%", method="", whole=0, whole_status="below_lod", flags=("parent_empty",),
        )  # fmt: skip
    net = compute_net_share(
        sample.events(population),
        whole,
        None if false is None else false.control,
        parents=None if false is None else false.parents,
        at_most=false is not None and not false.own,
        level=_level(sample, population),
    )
    method = "clopper_pearson" if false is None else "net_share"
    return _row(
        sample, population, "fraction_of_lymphocytes", net,
        unit="%", method=method, scale=100, whole=whole, whole_status=sample.status(lymphocytes),
        flags=_subtracted(false),
    )  # fmt: skip


def _per_ul(sample: GatedSample, population: str, tube: Tube, roles: dict[str, str]) -> Phenotype | None:
    """By counting beads where there are any, else by volume, else by haematology; None where none of them is known."""
    events, false = sample.events(population), sample.false_events(population)
    control, level = (None if false is None else false.control), _level(sample, population)
    parents, at_most = (0, False) if false is None else (false.parents, not false.own)
    beads, lymphocytes = roles.get("beads", ""), roles.get("lymphocytes", "")
    flags: tuple[str, ...] = _subtracted(false)
    stands: Status = "ok"
    if population == beads:
        return None
    if beads and tube.beads_added and tube.blood_ul:
        counted, density = sample.events(beads), tube.beads_added / tube.blood_ul
        found = compute_per_bead(events, parents, counted, density, control, at_most=at_most, level=level)
        method, more = "per_bead", "The beads added and the volume of blood are taken as known."
        flags += () if counted else ("no_counting_beads",)
    elif tube.blood_ul and tube.acquired_fraction:
        volume = tube.blood_ul * tube.acquired_fraction
        found = compute_per_volume(events, parents, volume, control, at_most=at_most, level=level)
        method, more = "per_volume", "The volume of blood and the part of it that was acquired are taken as known."
    elif tube.lymphocytes_per_ul is not None and lymphocytes in lineage(sample.parents, population)[1:]:
        whole, cv = sample.events(lymphocytes), sample.settings.haematology_cv
        if whole == 0:
            return None
        found = compute_from_haematology(
            events, whole, tube.lymphocytes_per_ul, control,
            parents=parents or None, at_most=at_most, cv=cv, level=level,
        )  # fmt: skip
        method, stands = "per_lymphocyte", sample.status(lymphocytes)
        more = f"Haematology is taken as log-normal with a CV of {cv:.0%}." if cv else "Haematology is taken as exact."
        flags += () if cv else ("haematology_error_left_out",)
    else:
        return None
    return _row(
        sample, population, "per_ul", found,
        unit="cells/uL", method=method, whole_status=stands, flags=flags, more=(more,),
    )  # fmt: skip
