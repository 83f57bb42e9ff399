"""Captions and text alternatives of the figures of cytometry."""

from __future__ import annotations

from collections.abc import Iterable

from costim.registry.cytometry_parameters import speak
from costim.registry.measurements import Measurement
from costim.report.cell_numbers import HOLLOW_COUNTS, few_cells
from costim.report.document import Inline, Inlines, Num, Quote, Term
from costim.report.figures.cell_series import Reading, Series, count_series, level_series
from costim.report.figures.identity import MOST_NAMES
from costim.report.figures.picture_groups import group_words, overlays_of, pictures_of
from costim.report.figures.view import View
from costim.report.figures.words import label_of, reading_text
from costim.report.format import level, missing_words, plain, significant, unit_text
from costim.report.synthetic_tubes import is_synthetic

_NAMED = 12
"""Readings in a text alternative; the table beside the figure has all."""


def gates_caption(view: View, group: str) -> Inlines:
    """Caption of the gate plots of a patient and panel."""
    pictures = pictures_of(view, group)
    words: list[Inline] = [*_whose(group), "Gates and events of each visit, the same axes throughout; numbers in the "]
    words.append("gates count all events of the tube that lie in them, those beside a visit the events shown. ")
    frames = [frame for picture in pictures for frame in picture.frames]
    shares = next((frame.density.shares for frame in frames if frame.density is not None), ())
    if shares:
        held = ", ".join(level(share) for share in shares)
        words += ["Shades hold ", Term(held), " of the events, and events outside are dots. "]
    if any(frame.density is None and frame.histogram is None for frame in frames):
        words += ["Where there are few events, each one is a dot and no density is drawn. "]
    if any(len(frame.points) < frame.points_of for frame in frames):
        words += ["Of many dots an evenly spaced sample is drawn, as said above the plot. "]
    if any(frame.beyond for frame in frames):
        words += ["Events beyond an end of an axis are drawn at that end. "]
    if any(frame.unplaced for frame in frames):
        words += ["Events whose value is no number are counted and not drawn. "]
    return (*words, *_synthetic(view, (frame.tube for frame in frames)))


def gates_alternative(view: View, group: str) -> str:
    """Counts of every gate and visit in words."""
    subject, panel = group_words(group)
    words = [f"Gate plots of patient {subject}" + (f", panel {panel}." if panel else ".")]
    for picture in pictures_of(view, group):
        parent = speak(picture.population) if picture.population else "all events"
        for frame in picture.frames:
            counts = ", ".join(f"{speak(r.name)} {r.count} of {r.of}" for r in frame.regions)
            words.append(f"{parent[:1].upper()}{parent[1:]}, {frame.label}: {counts}.")
    return " ".join(words)


def overlay_caption(view: View, group: str) -> Inlines:
    """Caption of the overlays of a patient and panel."""
    overlays = overlays_of(view, group)
    frames = [frame for overlay in overlays for frame in overlay.frames]
    words: list[Inline] = [*_whose(group), "Levels of markers by visit, the same axis throughout. "]
    if any(frame.histogram is not None for frame in frames):
        words.append("Areas: share of the cells, each visit to the same height. ")
    if any(frame.cells for frame in frames):
        words.append("Lines upright: single cells, where there are few. ")
    medians = [frame for frame in frames if frame.median is not None]
    if medians:
        words += ["Diamond and bar: median with its ", Term(level(overlays[0].level)), " interval. "]
    if len(medians) < len(frames):
        words.append("Without a diamond the cells are too few for a median. ")
    if any(overlay.threshold is not None for overlay in overlays):
        words.append("Dashed: threshold above which a cell is positive. ")
    return (*words, *_synthetic(view, (frame.tube for frame in frames)))


def overlay_alternative(view: View, group: str) -> str:
    """Numbers of cells by marker and visit."""
    subject, panel = group_words(group)
    words = [f"Marker levels of patient {subject}" + (f", panel {panel}." if panel else ".")]
    for overlay in overlays_of(view, group):
        cells = ", ".join(f"{f.label} {f.events} {'cell' if f.events == 1 else 'cells'}" for f in overlay.frames)
        words.append(f"{speak(overlay.marker)} on {speak(overlay.population)}: {cells}.")
    return " ".join(words)


def fold_words(kind: str, group: str) -> Inlines:
    """Whose pictures they are, on the line behind which they are folded."""
    subject, panel = group_words(group)
    what = "gates" if kind == "gates" else "levels of markers"
    return ("Patient ", Quote(subject), *((", panel ", Quote(panel)) if panel else ()), f": {what}")


def _synthetic(view: View, names: Iterable[str]) -> list[Inline]:
    """Said where the files themselves say that their events were made and not measured."""
    known = {tube.name: tube for tube in view.cytometry.tubes} if view.cytometry is not None else {}
    made = [is_synthetic(known[name]) for name in dict.fromkeys(names) if name in known]
    if not any(made):
        return []
    return ["Synthetic events, as the files say. " if all(made) else "Some tubes are synthetic, as their files say. "]


def _whose(group: str) -> list[Inline]:
    subject, panel = group_words(group)
    return ["Patient ", Quote(subject), *((", panel ", Quote(panel)) if panel else ()), ". "]


def levels_caption(view: View, parameter: str) -> Inlines:
    """Caption of levels by visit."""
    series = level_series(view, parameter)
    words: list[Inline] = [Term(label_of(parameter)), ". Symbols: the median of each patient's cells at a visit; "]
    words += _interval_words(series)
    if series is not None and any(r.row.value is None for _, rs in series.readings for r in rs):
        words.append(
            "Hollow symbols below: too few cells for a level, fewer than the limit of detection (LOD) or of "
            "quantification (LLOQ); lines that pass over such a visit are dotted. "
        )
    return (*words, *_many(view))


def counts_caption(view: View, parameter: str) -> Inlines:
    """Caption of counts over days."""
    series = count_series(view, parameter)
    words: list[Inline] = [Term(label_of(parameter)), " over time. Symbols: each patient's count; "]
    words += _interval_words(series)
    readings = [r for _, rs in series.readings for r in rs] if series is not None else []
    if any(r.lod is not None for r in readings):
        words.append("Short grey lines: limit of detection of that tube. ")
    if any(few_cells(r.row) for r in readings):
        words.append(HOLLOW_COUNTS)
    return (*words, *_many(view))


def _interval_words(series: Series | None) -> list[Inline]:
    rows = [r.row for _, rs in series.readings for r in rs] if series is not None else []
    found = {row.interval_level: row for row in rows if row.interval_level is not None}
    if len(found) != 1:
        return ["upright lines: the interval of each. "] if found else ["no intervals are given. "]
    stated, row = next(iter(found.items()))
    return ["upright lines: its ", Num(level(stated or 0.0), row.measurement_id, "interval_level"), " interval. "]


def _many(view: View) -> list[Inline]:
    return ["Patients are too many to be named. "] if len(view.subjects) > MOST_NAMES else []


def series_alternative(view: View, kind: str, parameter: str) -> str:
    """Readings of the first patients in words."""
    series = level_series(view, parameter) if kind == "levels" else count_series(view, parameter)
    if series is None:
        return label_of(parameter)
    said = [
        f"patient {subject}: " + ", ".join(_said(series, reading) for reading in readings)
        for subject, readings in series.readings[:_NAMED]
    ]
    more = "; further patients in the table" if len(series.readings) > _NAMED else ""
    return f"{label_of(parameter)} of every patient. " + "; ".join(said) + more + "."


def _said(series: Series, reading: Reading) -> str:
    at = series.labels[int(reading.x)] if series.labels else f"day {plain(reading.x)}"
    return f"{at} {_value(reading.row)}"


def _value(row: Measurement) -> str:
    if row.value is None:
        return missing_words(row.missing) if row.missing else reading_text(row)
    unit = unit_text(row.unit)
    return f"{significant(row.value, 3)} {unit}".rstrip()
