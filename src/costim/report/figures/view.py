"""The rows a figure is made of, as plain objects: no data frame is touched while drawing."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from costim.registry.cytometry_record import CytometryRecord
from costim.registry.effects import Effect
from costim.registry.gate_pictures import GatePicture, MarkerOverlay
from costim.registry.measure_catalogue import measures
from costim.registry.measure_parameters import NUMERIC, over_time, row_kinds
from costim.registry.measurements import AS_RECORDED, Measurement
from costim.registry.natural import natural_key
from costim.registry.plan import Plan
from costim.registry.plan_questions import Endpoint
from costim.registry.simulation_record import SimulationRecord

if TYPE_CHECKING:
    import polars as pl

    from costim.registry.provenance import Results

_PREFIXES = ("event.", "exposure.", "np.", "imaging.verdict", "bcell.return_day", "cyt.")

_METHODS = MappingProxyType(
    {
        "paired_change": "signed_rank",
        "proportion": "proportion",
        "distribution": "category_count",
        "transition": "transition",
        "time_to_event": "kaplan_meier",
        "time_to_resolution": "kaplan_meier",
    }
)
"""A method by which every endpoint of the kind is estimated."""


@dataclass(frozen=True, slots=True)
class View:
    """What figures need of the results. Measurements are those of the preferred reading."""

    plan: Plan
    subjects: tuple[str, ...]
    """Every subject of the study, in natural order of the ids."""
    measurements: MappingProxyType[str, tuple[Measurement, ...]]
    """By parameter, subjects in natural order."""
    by_id: MappingProxyType[str, Measurement]
    effects: tuple[Effect, ...]
    cytometry: CytometryRecord | None = None
    gate_pictures: tuple[GatePicture, ...] = ()
    marker_overlays: tuple[MarkerOverlay, ...] = ()
    simulation: SimulationRecord | None = None

    def rows(self, parameter: str) -> tuple[Measurement, ...]:
        """Measurements of a parameter."""
        return self.measurements.get(parameter, ())

    def find(self, *, reading: str | None = AS_RECORDED, **fields: Any) -> tuple[Effect, ...]:
        """Effects whose fields equal the given ones; `reading=None` takes every reading."""
        return tuple(
            e
            for e in self.effects
            if (reading is None or e.reading == reading) and all(getattr(e, k) == v for k, v in fields.items())
        )

    def one(self, **fields: Any) -> Effect | None:
        """The first effect that `find` gives, in the order of the table."""
        return next(iter(self.find(**fields)), None)

    def endpoints(self, *kinds: str) -> tuple[Endpoint, ...]:
        """Endpoints of the plan of these kinds, one per parameter and contrast, in the order declared.

        An endpoint that names no contrast stands for every contrast it was estimated for.
        """
        found: dict[tuple[str, str], Endpoint] = {}
        for endpoint in self.plan.endpoints:
            for contrast in self._contrasts(endpoint) if endpoint.kind in kinds else ():
                named = endpoint.model_copy(update={"contrast": contrast or None})
                found.setdefault((endpoint.parameter, contrast), named)
        return tuple(found.values())

    def _contrasts(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The contrast of an endpoint; of one that names none, those for which there are rows."""
        if endpoint.contrast is not None:
            return (endpoint.contrast,)
        method = _METHODS.get(endpoint.kind)
        rows = (e.contrast for e in self.effects if e.parameter == endpoint.parameter and e.method == method)
        return tuple(dict.fromkeys(rows)) or ("",)

    def contrast_label(self, name: str) -> str:
        """The words of the plan for a contrast, or its name."""
        return next((c.label or c.name for c in self.plan.contrasts if c.name == name), name)


def _objects(frame: pl.DataFrame, kind: type[Any], identifier: str) -> list[tuple[str, Any]]:
    found = []
    for row in frame.to_dicts():
        name = row.pop(identifier)
        found.append((name, kind(**{k: tuple(v or ()) if isinstance(v, list) else v for k, v in row.items()})))
    return found


def _of_states(plan: Plan) -> set[str]:
    """Parameters of the states, classes and grades that a plan asks for, at visits and over time."""
    found = set()
    for code in {entry.measure for entry in plan.measures} & set(measures()):
        kinds = [kind for kind in row_kinds(measures()[code]) if kind not in NUMERIC]
        over = ("flares", "flare_day") if code in over_time().flares else ("days",)
        found |= {f"{code}.{kind}" for kind in (*kinds, *over) if kinds}
    return found


def view_results(results: Results) -> View:
    """Results -> the rows that figures may need, as plain objects."""
    import polars as pl

    effects = [row for _, row in _objects(results.effects, Effect, "effect_id")]
    frame = results.measurements.filter(pl.col("reading") == AS_RECORDED)
    subjects = sorted((s for s in frame["subject"].unique().to_list() if s), key=natural_key)
    endpoints = sorted({e.parameter for e in results.plan.endpoints} | _of_states(results.plan))
    wanted = pl.any_horizontal(
        pl.col("parameter").is_in(endpoints), *[pl.col("parameter").str.starts_with(p) for p in _PREFIXES]
    )
    named = _objects(frame.filter(wanted), Measurement, "measurement_id")
    place = {subject: i for i, subject in enumerate(subjects)}
    by_parameter: dict[str, list[Measurement]] = {}
    for _, row in named:
        by_parameter.setdefault(row.parameter, []).append(row)
    return View(
        plan=results.plan,
        subjects=tuple(subjects),
        measurements=MappingProxyType(
            {
                parameter: tuple(sorted(rows, key=lambda m: place.get(m.subject, -1)))
                for parameter, rows in by_parameter.items()
            }
        ),
        by_id=MappingProxyType(dict(named)),
        effects=tuple(effects),
        cytometry=results.cytometry,
        gate_pictures=results.gate_pictures,
        marker_overlays=results.marker_overlays,
        simulation=results.simulation,
    )
