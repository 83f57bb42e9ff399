"""Attribution of each neuropsychiatric manifestation to lupus, by the models that the plan names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from costim.instruments.choices import chosen
from costim.instruments.nomenclature import find_syndrome
from costim.instruments.rows import Reading, Row, joined, rows_of, to_bounds, to_reading
from costim.instruments.times import in_unit
from costim.measures.bounds import UNBOUNDED, Bounds
from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.attribution_models import attribution_models, named_models
from costim.registry.measure_catalogue import choose
from costim.registry.measurements import Measurement
from costim.registry.plan import StudyInfo
from costim.study.study import Study

_NUMBERS = MappingProxyType(
    {
        "event_months_from_sle_onset": "months_from_sle_onset",
        "event_exclusions": "exclusions",
        "event_associations": "associations",
        "event_confounders": "confounders",
        "event_favouring": "favouring",
    }
)
_CHOICES = MappingProxyType({"event_severity": "severity", "event_electrophysiology": "electrophysiology"})
_STATEMENTS = MappingProxyType(
    {
        "event_minor": "minor",
        "event_onset_in_window": "onset_in_window",
        "event_present_in_window": "present_in_window",
    }
)
_WORDS = MappingProxyType({"yes": Truth.YES, "no": Truth.NO})


@dataclass(frozen=True, slots=True)
class Event:
    """What a row says of one event, and the cells that say it."""

    facts: Facts
    cells: tuple[str, ...]
    flags: tuple[str, ...]


def measure_attribution(study: Study, rows: Iterable[tuple[str, Row]]) -> Iterator[Measurement]:
    """Rows of `np.attribution`, and of `np.attribution_points` for models that count points.

    Args:
        study: the checked study; `plan.variants.attribution` names the models, separated by `;`, none by default.
        rows: the manifestations, each with the name it has in measurement rows.

    Returns:
        For each manifestation and model: `attributed`, `not attributed`, `uncertain` or `unknown` in `text`; the model
        is the variant.

    Raises:
        CostimError: no model of that name.
    """
    models = attribution_models()
    wanted = [chosen(name, models, "variants.attribution") for name in named_models(study.plan.variants.attribution)]
    if not wanted:
        return
    durations = {row.subject: row for row in rows_of(study, "subjects")}
    for item, row in rows:
        for model in wanted:
            counted = durations.get(row.subject) if _asks_for_diagnosis(models[model], model) else None
            event = read_event(row, counted, study.plan.study)
            yield from _rows(study, row, item, event, score(models[model], Visit(event.facts), model))


def _asks_for_diagnosis(measure: str, model: str) -> bool:
    """Does the model count from the diagnosis, so that the disease duration tells the time of onset?"""
    return choose(measure, model).options.get("onset_reference", "from_diagnosis") == "from_diagnosis"


def read_event(row: Row, subject: Row | None, info: StudyInfo) -> Event:
    """The facts of one manifestation. A blank cell leaves its fact unknown.

    Args:
        row: of the table manifestations.
        subject: the row of its patient, whose disease duration may tell the time of onset; None to leave it out.
        info: rule of study.toml for the length of months and years.
    """
    mapping = find_syndrome(row.text("term"))
    facts: dict[str, FactValue] = {name: to_bounds(row.reading(column)) for name, column in _NUMBERS.items()}
    facts |= {name: row.text(column) for name, column in _CHOICES.items() if row.text(column)}
    facts |= {name: _WORDS[row.text(column)] for name, column in _STATEMENTS.items() if row.text(column) in _WORDS}
    if mapping.syndrome is not None:
        facts["event_syndrome"] = mapping.syndrome.code
    months, cells, flags = _months_from_diagnosis(row, subject, info)
    facts["event_months_from_diagnosis"] = months
    known = {name: value for name, value in facts.items() if value != UNBOUNDED}
    columns = (*_NUMBERS.values(), *_CHOICES.values(), *_STATEMENTS.values())
    return Event(
        Facts(MappingProxyType(known)),
        joined(row.cells("term"), row.cells(*columns), cells),
        joined(_mapping_flags(mapping.doubtful, mapped=mapping.syndrome is not None), flags),
    )


def _mapping_flags(doubtful: bool, *, mapped: bool) -> tuple[str, ...]:
    if not mapped:
        return ("term_unmapped",)
    return ("term_mapped_with_doubt",) if doubtful else ()


def _months_from_diagnosis(
    row: Row, subject: Row | None, info: StudyInfo
) -> tuple[Bounds, tuple[str, ...], tuple[str, ...]]:
    """As recorded; else the disease duration at the first infusion and the day of onset together."""
    if row.filled("months_from_diagnosis"):
        return to_bounds(row.reading("months_from_diagnosis")), row.cells("months_from_diagnosis"), ()
    if subject is None or not (subject.filled("disease_duration") and subject.filled("disease_duration_unit")):
        return UNBOUNDED, (), ()
    if not row.filled("onset_day"):
        return UNBOUNDED, (), ()
    duration = in_unit(
        subject.reading("disease_duration").within(0, None), subject.text("disease_duration_unit"), "months", info
    )
    onset: Reading = in_unit(row.reading("onset_day"), "days", "months", info)
    cells = joined(row.cells("onset_day"), subject.cells("disease_duration", "disease_duration_unit"))
    return to_bounds(duration).plus(to_bounds(onset)), cells, ("onset_from_disease_duration",)


def _rows(study: Study, row: Row, item: str, event: Event, result: Result) -> Iterator[Measurement]:
    flags = joined(event.flags, result.flags)

    def entry(parameter: str, **fields: object) -> Measurement:
        return Measurement(
            subject=row.subject,
            parameter=parameter,
            item=item,
            variant=result.variant,
            flags=flags,
            source="manifestations",
            cells=event.cells,
            reading=study.reading,
            **fields,  # type: ignore[arg-type]  # the fields of a Measurement
        )

    yield entry("np.attribution", text=result.state)
    if result.unit:
        yield entry("np.attribution_points", unit=result.unit, **to_reading(result.bounds).fields())
