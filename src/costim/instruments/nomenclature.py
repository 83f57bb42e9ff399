"""ACR 1999 nomenclature: the 19 syndromes, and the reviewable table that maps printed terms to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from costim.measures.np_grouping import groups
from costim.registry.datafiles import read_rows
from costim.registry.measure_catalogue import measures

Group = Literal["psychiatric", "neurological", "none", "unknown"]
NONE = "none"
_DASHES = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class Syndrome:
    """One of the 19 syndromes: central or peripheral, psychiatric (diffuse) or neurological."""

    code: str
    label: str
    system: str
    group: Group


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where a printed term belongs. `syndrome` is None when the nomenclature has no place for it."""

    syndrome: Syndrome | None
    group: Group
    doubtful: bool
    listed: bool
    """Is the term in the table at all?"""


@cache
def syndromes() -> MappingProxyType[str, Syndrome]:
    """The 19 syndromes by code (ACR 1999); grouping after Hirohata 2021."""
    return MappingProxyType(
        {
            row["code"]: Syndrome(row["code"], row["label"], row["system"], row["psychiatric_neurological"])  # type: ignore[arg-type]  # checked by a test of the data file
            for row in read_rows("measures/acr1999_syndromes.csv")
        }
    )


PLAIN_GROUPING = "psychiatric_neurological"
"""The grouping of the table of terms, which also groups terms without a syndrome."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """A named grouping of manifestations into two groups."""

    name: str
    evidence: str
    groups: tuple[str, str]
    """The diffuse (psychiatric) group, and the focal (neurological) one."""

    def group_of(self, mapping: Mapping) -> str:
        """One of the two groups, `none` or `unknown`.

        A symptom without a syndrome may be part of several. Where a grouping counts some neurological syndromes as
        diffuse, the group of a neurological symptom that names none of them is unknown.
        """
        if mapping.syndrome is not None:
            return groups(self.name)[mapping.syndrome.code]
        diffuse, focal = self.groups
        if mapping.group == "neurological":
            return focal if self._as_plain else "unknown"
        return diffuse if mapping.group == "psychiatric" else mapping.group

    @property
    def _as_plain(self) -> bool:
        """Does it draw the line between psychiatric and neurological syndromes?"""
        plain = groups(PLAIN_GROUPING)
        return all(
            (group == self.groups[1]) == (plain[code] == "neurological") for code, group in groups(self.name).items()
        )


@cache
def groupings() -> MappingProxyType[str, Grouping]:
    """Groupings of manifestations by name; the first of the two groups is that of psychosis."""
    found = {}
    for variant in measures()["np_grouping"].variants.values():
        named = groups(variant.name)
        if variant.name != "central_peripheral":
            focal = next(group for group in named.values() if group != named["psychosis"])
            found[variant.name] = Grouping(variant.name, variant.evidence, (named["psychosis"], focal))
    return MappingProxyType(found)


@cache
def _terms() -> MappingProxyType[str, Mapping]:
    found = {}
    for row in read_rows("measures/np_terms.csv"):
        syndrome = None if row["syndrome"] == NONE else syndromes()[row["syndrome"]]
        group: Group = syndrome.group if syndrome else row["group"]  # type: ignore[assignment]  # checked by a test
        found[row["term"]] = Mapping(syndrome, group, row["certainty"] == "judgement", listed=True)
    return MappingProxyType(found)


def _plain(term: str) -> str:
    return " ".join(_DASHES.sub("-", term).casefold().replace("\u2019", "'").split()).rstrip(".,;:")


def find_syndrome(term: str) -> Mapping:
    """Where a printed term belongs by `np_terms.csv`.

    Case, spaces, dashes and a closing point do not matter. An entry that ends in ` *` covers every term that begins
    with it; the longest such entry counts. A code or label of a syndrome maps to itself. A term that is not in the
    table has no syndrome and an unknown group.
    """
    plain, terms = _plain(term), _terms()
    if plain in terms:
        return terms[plain]
    starts = [entry for entry in terms if entry.endswith(" *") and plain.startswith(entry[:-1])]
    if starts:
        return terms[max(starts, key=len)]
    for syndrome in syndromes().values():
        if plain in (syndrome.code, _plain(syndrome.label)):
            return Mapping(syndrome, syndrome.group, doubtful=False, listed=True)
    return Mapping(None, "unknown", doubtful=False, listed=False)
