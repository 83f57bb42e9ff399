"""Names of drugs: what would be taken for no glucocorticoid although it is one, or is no drug at all."""

from __future__ import annotations

from functools import cache

from costim.registry.measure_catalogue import measures
from costim.registry.suggest import is_slip_of
from costim.registry.tables import study_tables

CHANGES = ("new", "increased", "unchanged", "decreased", "stopped")

_NO_NAME = frozenset(
    (
        "none", "no", "nil", "nothing", "no_drug", "no_drugs", "no_medication", "no_treatment", "null", "yes",
        "other", "others", "keine", "kein", "ja", "aucun", "aucune", "rien", "oui", "unknown", "not_known",
        "unbekannt", "inconnu", "not_done", "not_recorded", "not_reported", "not_recovered", "na", "n/a", "n.a.",
        "nd", "n.d.", "nk",
    )
)  # fmt: skip
"""What stands where a drug should, and would be taken for a drug that is no glucocorticoid."""


def what_to_write(name: str) -> str:
    """What the user is to do about the name of a drug; blank when it can be read.

    A short or misspelt name of a glucocorticoid would be a drug without one, a dose of 0 in prednisone equivalents.

    Args:
        name: as typed.
    """
    known, stems, short_names = _steroids()
    spelled = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    if _is_no_name(spelled):
        return "write the drug; an empty list, in a table `none`, says that no drug is taken; nothing: not known"
    if spelled in short_names:
        return "write the generic name: a short or brand name of a glucocorticoid would be a dose of 0"
    if spelled not in known and not any(stem in spelled for stem in stems):
        meant = next((drug for drug in known if is_slip_of(spelled, drug)), "")
        return f"did you mean {meant!r}? Write the generic name" if meant else ""
    return ""


@cache
def _steroids() -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Glucocorticoids by name, parts of names by which others are known, and short names that tell none."""
    info = measures()["steroids"]
    known = tuple(entry["drug"] for entry in info.extra["equivalents"])
    return known, tuple(info.extra["stems"]), frozenset(info.extra["short_names"])


def _is_no_name(spelled: str) -> bool:
    """Is it a word of the list that is no drug, an error of a spreadsheet, or hardly a word?"""
    words = {word for known in drug_words().values() for word in known}
    letters = sum(sign.isalpha() for sign in spelled)
    return spelled in _NO_NAME or spelled.replace("_", " ") in words or letters < 2 or spelled.startswith("#")


@cache
def drug_words() -> dict[str, tuple[str, ...]]:
    """Legal words of `unit`, `frequency`, `route` (those of the comedications table) and `change`."""
    columns = study_tables()["comedications"].columns
    return {name: columns[name].values for name in ("unit", "frequency", "route")} | {"change": CHANGES}
