"""One colour, symbol and line style per patient, the same in every figure of a study."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from costim.registry.natural import natural_key

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#5B5B5B", "#8C7A00")
"""Okabe and Ito's palette for colour-blind readers. Its black is grey here and its yellow olive, so that both are seen
on a white card and on a dark page."""
INKS = ("#005A8E", "#A84700", "#006F50", "#99416F", "#855C00", "#1D6C99", "#4A4A4A", "#655800")
"""The same colours, dark enough to read as small text on white (contrast of 4.5 to 1 or more)."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", "p", ">", "h")
"""Filled symbols only: an open one means a value below a limit. Eleven of them against eight colours: 88 pairs."""
LINES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (5, 1.5, 1.5, 1.5)))

MOST_NAMES = 200
"""With more patients than this, figures print no names."""
LONGEST_LABEL = 14
HIDDEN = "□"

LineStyle = str | tuple[int, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Identity:
    """How one patient looks."""

    subject: str
    label: str
    """The subject id as drawn: control characters shown as a box, long ids shortened in the middle, never twice."""
    colour: str
    ink: str
    """`colour` for text."""
    marker: str
    line: LineStyle

    @property
    def token(self) -> str:
        """What every artist of this patient is called by: `subject-` and the UTF-8 bytes of the id in hex."""
        return subject_token(self.subject)


def subject_token(subject: str) -> str:
    """Name of a patient that is safe in an id attribute, e.g. `subject-3132` for subject `12`."""
    return f"subject-{subject.encode('utf-8', 'surrogatepass').hex()}"


def shorten(text: str, longest: int = LONGEST_LABEL) -> str:
    """The text with the middle replaced by an ellipsis when it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    head = longest // 2
    return f"{text[:head]}…{text[len(text) - (longest - 1 - head) :]}"


def visible(text: str) -> str:
    """The text in one line, with every character that has no glyph of its own (controls, surrogates) as a box."""
    return "".join(HIDDEN if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c for c in text)


def distinct(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels with a running number behind each that occurred before."""
    listed = list(labels)
    once = {label for label, n in Counter(listed).items() if n == 1}
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    found = []
    for label in listed:
        name = label
        while name in taken or (name != label and name in once):
            numbers[label] = numbers.get(label, 1) + 1
            name = f"{label} ({numbers[label]})"
        taken.add(name)
        found.append(name)
    return tuple(found)


def identities(subjects: Iterable[str]) -> dict[str, Identity]:
    """Colour, symbol and line style of every subject of a study, in natural order of the ids.

    Args:
        subjects: all subjects of the study; order and repeats do not matter.

    Returns:
        Subject -> identity. The first 88 differ in colour or symbol, the first 352 in colour, symbol or line style.
    """
    ordered = sorted(set(subjects), key=natural_key)
    labels = distinct(shorten(visible(s)) for s in ordered)
    return {
        subject: Identity(
            subject=subject,
            label=label,
            colour=COLOURS[i % len(COLOURS)],
            ink=INKS[i % len(INKS)],
            marker=MARKERS[i % len(MARKERS)],
            line=LINES[(i // len(COLOURS)) % len(LINES)],
        )
        for i, (subject, label) in enumerate(zip(ordered, labels, strict=True))
    }
