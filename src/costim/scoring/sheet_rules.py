"""What a version of an index makes of the course or kind of a finding, in words for the sheet."""

from __future__ import annotations

from costim.registry.datafiles import read_rows
from costim.registry.measure_catalogue import Choice, measures

_EFFECTS = {"counts": "counts when", "not": "does not count when", "unknown": "is unknown when"}


def rules_of_items(choice: Choice) -> dict[str, str]:
    """Item -> sentence, for measures whose versions differ by course or kind (`families` and `<code>_versions.csv`).

    Only what a version leaves out is said; where a version counts every course and kind there is nothing to say.
    """
    families = choice.measure.extra.get("families")
    if not families or choice.measure.code not in measures():
        return {}
    family = families[choice.variant.name]
    found: dict[str, dict[str, list[str]]] = {}
    for row in read_rows(f"measures/{choice.measure.code}_versions.csv"):
        if family in row["versions"].split(";"):
            for item in row["items"].split(";"):
                words = [value.replace("_", " ") for value in row["values"].split(";")]
                found.setdefault(item, {}).setdefault(row["effect"], []).extend(words)
    return {
        item: "; ".join(f"{_EFFECTS[name]} {', '.join(words)}" for name, words in effects.items()).capitalize()
        for item, effects in found.items()
        if set(effects) != {"counts"}
    }
