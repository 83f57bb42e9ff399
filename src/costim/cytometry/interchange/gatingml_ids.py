"""Ids that XML allows, for names that people give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from costim.cytometry.gates.model import Quadrants, Strategy

RESERVED = ("FCS", "uncompensated")
"""Words of compensation-ref, which are no ids."""

_NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def ids_of(strategy: Strategy) -> Mapping[tuple[str, str], str]:
    """Kind (`gate`, `divider GATE`, `scale`, `matrix`, `ratio`) and name -> id.

    Gates, quadrants, dividers, transformations and matrices share one set of ids (xs:ID). A name that is an id keeps
    it; gates come first, so that populations keep their names.
    """
    wanted: list[tuple[str, str]] = []
    for gate in strategy.gates:
        wanted.append(("gate", gate.name))
        if isinstance(gate, Quadrants):
            wanted += [("gate", quadrant.name) for quadrant in gate.quadrants]
    for kind, names in (
        ("scale", strategy.transforms),
        ("matrix", strategy.matrices),
        ("ratio", strategy.ratios),
    ):
        wanted += [(kind, name) for name in names]
    for gate in strategy.gates:
        if isinstance(gate, Quadrants):
            wanted += [(f"divider {gate.name}", divider.name) for divider in gate.dividers]
    # Names that are ids already are served first: no made-up id takes their place.
    plain = [key for key in wanted if _NCNAME.fullmatch(key[1]) and key[1] not in RESERVED]
    found: dict[tuple[str, str], str] = {}
    taken: set[str] = set(RESERVED)
    for key in [*plain, *wanted]:
        if key not in found:
            found[key] = _free(_as_id(key[1]), taken)
            taken.add(found[key])
    return {key: found[key] for key in wanted}


def changed(ids: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Id -> name, where the two differ."""
    return {own: name for (_kind, name), own in ids.items() if own != name}


def _as_id(name: str) -> str:
    if _NCNAME.fullmatch(name):
        return name
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", name.replace("+", "pos"))
    return plain if _NCNAME.fullmatch(plain) else f"_{plain}"


def _free(wanted: str, taken: Iterable[str]) -> str:
    used = set(taken)
    number, name = 1, wanted
    while name in used:
        number += 1
        name = f"{wanted}_{number}"
    return name
