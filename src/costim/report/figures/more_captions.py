"""Captions and text alternatives of figures about other causes, repeated visits, composition and competing events."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from costim.registry.effects import Effect
from costim.report.document import Inline, Inlines, Num, Quote, Term
from costim.report.figures.composition_parts import composition_rows
from costim.report.figures.sweeps import Sweep, assumed_of, falls, long_run_sweeps, steroid_sweep, tipping_rows
from costim.report.figures.view import View
from costim.report.figures.visits import visits_of
from costim.report.figures.words import counted, estimate_text, interval_name, interval_text, label_of, short
from costim.report.format import level, unit_text

Words = Callable[[View, str, str], Inlines]


def subject_words(view: View, parameter: str, contrast: str) -> list[Inline]:
    """Parameter and contrast, with which a caption begins."""
    parts: list[Inline] = [Term(label_of(parameter))]
    if contrast:
        parts += [", ", Quote(view.contrast_label(contrast))]
    return [*parts, ". "]


def _patients(row: Effect, more: str) -> list[Inline]:
    """How many patients the figure rests on, at the end of a caption."""
    return [Num(str(row.n), row.effect_id, "n"), " patient" if row.n == 1 else " patients", f"{more}."]


def _limits_named(row: Effect) -> list[Inline]:
    return [Num(level(row.level), row.effect_id, "level"), " limits"] if row.level is not None else ["limits"]


def _limited(view: View, parameter: str, contrast: str) -> list[Sweep]:
    return [sweep for sweep in long_run_sweeps(view, parameter, contrast) if sweep.limited]


def _long_run_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    words.append(
        "Effect versus assumed long-run mean: what is left of the change when the patients would have returned to this "
        "mean without treatment. "
    )
    for sweep in _limited(view, parameter, contrast):
        row = sweep.rows[0]
        if row.estimate is None:
            words.append("Dark area: estimates over every degree of regression, from none to complete; pale area: ")
            words += [*_limits_named(row), " over all of them. "]
        else:
            words += ["Line: degree of regression estimated from the readings; pale area: ", *_limits_named(row), ". "]
        words += _tipping_words(sweep)
    words.append("Below: mean and range of the readings before treatment. ")
    return (*words, *_patients(_limited(view, parameter, contrast)[0].rows[0], " with both readings"))


def _tipping_words(sweep: Sweep) -> list[Inline]:
    row = sweep.tipping
    if row is None or row.estimate is None:
        return []
    unit: list[Inline] = [" ", Term(unit_text(row.unit))] if row.unit else []
    return ["Diamond: the limits first touch zero at ", Num(estimate_text(row), row.effect_id, "estimate"), *unit, ". "]


def _long_run_alternative(view: View, parameter: str, contrast: str) -> str:
    words = [f"Curve of the change of {label_of(parameter)} net of regression to the mean, by assumed long-run mean."]
    sweep = _limited(view, parameter, contrast)[0]
    for row in (sweep.rows[0], sweep.rows[-1]):
        unit = unit_text(row.unit)
        words.append(
            f"At {short(row.at or 0.0)} {unit}".rstrip()
            + f": {estimate_text(row)}, {interval_name(row)} {interval_text(row)}."
        )
    if sweep.tipping is not None:
        words.append(f"The interval first touches zero at {estimate_text(sweep.tipping)}.")
    return " ".join(words)


def _map_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    sweep = steroid_sweep(view, parameter, contrast)
    if sweep is None:
        return tuple(words)
    words += ["Shaded: combinations of steroid effect and change by time alone that leave the "]
    words += [*_limits_named(sweep.rows[0]), " on the side of a fall. " if falls(sweep) else " on the side of a rise. "]
    words.append("Line: where they first touch zero. ")
    assumed = assumed_of(view, parameter, contrast)
    if assumed is not None and assumed.steroid_per_mg is not None and assumed.natural_course is not None:
        words.append("Dashed frame: what the study assumes to be possible. ")
    words.append("The map assumes the same effect of a milligram, and the same course, in every patient. ")
    return (*words, *_patients(sweep.rows[0], " with both readings and both doses"))


def _map_alternative(view: View, parameter: str, contrast: str) -> str:
    sweep = steroid_sweep(view, parameter, contrast)
    words = [f"Map of assumed steroid effect and change by time alone for {label_of(parameter)}."]
    side = "upper" if sweep is not None and falls(sweep) else "lower"
    for row in (sweep.rows[0], sweep.rows[-1]) if sweep is not None else ():
        value = getattr(row, side)
        if value is not None:
            words.append(f"At {short(row.at or 0.0)} per mg the line stands at {short(value)}.")
    for row in tipping_rows(view, parameter, contrast):
        words.append(f"Without a change by time the line is crossed at {estimate_text(row)} per mg.")
    return " ".join(words)


def _visits_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    visits = visits_of(view, parameter, contrast)
    words.append("Above: each line is one patient through the visits. Below: mean change since the first visit, with ")
    if visits is None:
        return tuple(words)
    row = visits.rows[-1][1]
    words += [*_limits_named(row), " of the mixed model; open diamond: the first visit. "]
    words.append("A line stops where a reading is missing or known only within bounds. ")
    return (*words, *_patients(row, " in the model"))


def _visits_alternative(view: View, parameter: str, contrast: str) -> str:
    visits = visits_of(view, parameter, contrast)
    if visits is None:
        return ""
    who = counted(len(visits.readings), "patient")
    words = [f"Lines of {label_of(parameter)} over {len(visits.names)} visits for {who}."]
    for place, row in visits.rows:
        words.append(f"{visits.labels[place]}: mean change {estimate_text(row)} ({interval_text(row)}).")
    return " ".join(words)


def _composition_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    rows = composition_rows(view, parameter, contrast)
    words.append(
        "Mean change altogether, and the two parts it adds up from: other shares of the subsets, and another level "
        "within them; each part begins where the one before ends. Lines: "
    )
    return (*words, *_limits_named(rows["total"]), ". ", *_patients(rows["total"], ""))


def _composition_alternative(view: View, parameter: str, contrast: str) -> str:
    rows = composition_rows(view, parameter, contrast)
    said = [f"{name}: {estimate_text(row)} ({interval_text(row)})" for name, row in rows.items()]
    return f"Bars of the mean change of {label_of(parameter)} and its parts. " + "; ".join(said) + "."


CAPTIONS: MappingProxyType[str, Words] = MappingProxyType(
    {
        "long_run_mean": _long_run_caption,
        "tipping_map": _map_caption,
        "repeated_change": _visits_caption,
        "composition": _composition_caption,
    }
)
ALTERNATIVES: MappingProxyType[str, Callable[[View, str, str], str]] = MappingProxyType(
    {
        "long_run_mean": _long_run_alternative,
        "tipping_map": _map_alternative,
        "repeated_change": _visits_alternative,
        "composition": _composition_alternative,
    }
)
