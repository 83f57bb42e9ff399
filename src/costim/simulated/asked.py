"""Biases as people ask for them: `selected_high` or `selected_high=20`."""

from __future__ import annotations

from collections.abc import Sequence

from costim.registry.suggest import did_you_mean
from costim.simulated.biases import BIASES, Biases
from costim.simulated.design import StudyDesignError


def parse_biases(asked: Sequence[str]) -> Biases:
    """Biases by name, each with its amount or the usual one.

    Args:
        asked: `name` or `name=amount`.

    Raises:
        StudyDesignError: Everything that cannot be understood, at once.
    """
    amounts: dict[str, float] = {}
    problems: list[str] = []
    for text in asked:
        name, given, written = text.strip().partition("=")
        name = name.strip()
        if name not in BIASES:
            hint = did_you_mean(name, list(BIASES)) or f"Biases are {', '.join(BIASES)}."
            problems.append(f"bias {name!r} is not known. {hint}")
        elif name in amounts:
            problems.append(f"bias {name} is asked for twice")
        else:
            amount = _amount(written) if given else BIASES[name].usual
            if amount is None:
                problems.append(
                    f"bias {name}: found {written.strip()!r}, expected a number, as in {name}={BIASES[name].usual:g}"
                )
            else:
                amounts[name] = amount
    if problems:
        raise StudyDesignError("The study cannot be simulated:\n  " + "\n  ".join(problems))
    return Biases(**amounts)


def _amount(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        return None
