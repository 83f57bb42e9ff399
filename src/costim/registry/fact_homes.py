"""Where a study records each fact that measures ask for: in a table of its own kind, or in `assessments`.

A fact with a home in another table is not recorded a second time in `assessments`, so that no two cells can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from costim.registry.datafiles import read_rows
from costim.registry.measure_catalogue import Fact, facts

TOTAL = "total"
DRUG_LIST = "drugs"
DRUG_LIST_WORDS = ("complete", "none", "incomplete")
"""What `assessments` may say about the list of drugs at a visit; the drugs themselves are in `comedications`."""
OWN_TABLE = "assessments"
_PGA_SCALES = MappingProxyType({"pga_0_3": "0-3", "pga_0_10": "0-10", "pga_0_100": "0-100"})


@dataclass(frozen=True, slots=True)
class Home:
    """The table of a fact, and the names it has there."""

    table: str
    names: tuple[str, ...] = ()
    """Items of `sledai`, tests of `labs`, scales of `scales`, columns of `subjects`; blank elsewhere."""
    column: str = ""
    """The column, where it is not the one that holds the value."""

    @property
    def words(self) -> str:
        """The home for a message: `the table labs (test c3)`."""
        what = {"sledai": "item", "labs": "test", "scales": "scale", "subjects": "column"}.get(self.table, "")
        where = f"{what} {' or '.join(self.names)}" + (f", column {self.column}" if self.column else "")
        return f"the table {self.table}" + (f" ({where})" if self.names else "")


@cache
def _codes(name: str) -> frozenset[str]:
    return frozenset(row["code"] for row in read_rows(f"measures/{name}.csv"))


@cache
def _fixed() -> MappingProxyType[str, Home]:
    """Facts that do not have the name of a test or a scale."""
    return MappingProxyType(
        {
            **{row["item"]: Home("sledai", (row["item"],)) for row in read_rows("measures/sledai_items.csv")},
            "sledai_total": Home("sledai", (TOTAL,)),
            DRUG_LIST: Home("comedications"),
            "body_weight": Home("subjects", ("weight_kg",)),
            "body_height": Home("subjects", ("height_cm",)),
            "months_since_previous": Home("visits"),
            "pga": Home("scales", tuple(_PGA_SCALES)),
            "urine_protein": Home("labs", ("proteinuria",)),
            "cd19_limit": Home("labs", ("cd19_count",), "lloq"),
        }
    )


def pga_scale(scale: str) -> str:
    """The scale of the fact `pga` that a scale of the table `scales` stands for; blank for any other scale."""
    return _PGA_SCALES.get(scale, "")


def home_of(fact: Fact) -> Home:
    """Where a study records a fact.

    Args:
        fact: an entry of the catalogue.
    """
    if fact.name in _fixed():
        return _fixed()[fact.name]
    numeric = fact.kind in ("number", "count")
    if numeric and fact.name in _codes("labs"):
        return Home("labs", (fact.name,))
    return Home("scales", (fact.name,)) if numeric and fact.name in _codes("scales") else Home(OWN_TABLE)


@cache
def homes() -> MappingProxyType[str, Home]:
    """The home of every fact of the catalogue."""
    return MappingProxyType({name: home_of(fact) for name, fact in facts().items()})


@cache
def assessed_facts() -> tuple[str, ...]:
    """Facts that are recorded in `assessments`, in alphabetical order, and `drugs` for what is known of the list."""
    return tuple(sorted({DRUG_LIST, *(name for name, home in homes().items() if home.table == OWN_TABLE)}))
