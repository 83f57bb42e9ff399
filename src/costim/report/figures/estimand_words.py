"""Captions of curves under strategies for intercurrent events."""

from __future__ import annotations

from costim.report.document import Inline, Inlines, Num
from costim.report.figures.curves import curve_of
from costim.report.figures.more_captions import subject_words
from costim.report.figures.view import View
from costim.report.figures.words import estimate_text, label_of, short
from costim.report.format import level
from costim.report.strategies import estimand_words

_SHOWN = {
    "kaplan_meier": ("Kaplan–Meier estimate", "the proportion without the event"),
    "cumulative_incidence": ("Cumulative incidence", "the share with the event"),
}


def estimand_caption(view: View, kind: str, place: tuple[str, str], variant: str) -> Inlines:
    """Caption: parameter, what other events do, what is drawn, how many patients."""
    words: list[Inline] = [*subject_words(view, *place)]
    curve = curve_of(view, *place, variant, kind)
    if curve is None:
        return tuple(words)
    first = curve.steps[0]
    words += [_SHOWN[kind][0], ": ", *estimand_words(variant), ". "]
    if not curve.known:
        words.append("Dark area: every estimate that the data admit. ")
    if first.level is not None:
        words += ["Pale area: ", Num(level(first.level), first.effect_id, "level"), " limits, pointwise. "]
    many = " patients." if first.n != 1 else " patient."
    return (*words, Num(str(first.n), first.effect_id, "n"), many)


def estimand_alternative(view: View, kind: str, place: tuple[str, str], variant: str) -> str:
    """Text alternative: the first and the last value of the curve."""
    curve = curve_of(view, *place, variant, kind)
    if curve is None:
        return ""
    words = [f"Curve of {_SHOWN[kind][1]}, {label_of(place[0])}."]
    for row in (curve.steps[0], curve.steps[-1]):
        words.append(f"At {short(row.at or 0.0)} {row.unit}: {estimate_text(row)}.")
    return " ".join(words)
