"""Tables at random as a coordinator would write them: blanks, unknowns, attributes, ranges, limits, drugs, lists."""

from __future__ import annotations

import csv
import io
import random

from costim.measures.sledai_findings import item_names

MEASURES = (
    "sledai:sledai_1992",
    "sledai:selena",
    "sledai:selena_2kprot",
    *(f"sledai:sledai_2k_{days}d+{joints}" for days in (10, 28, 30) for joints in ("arthritis_ge2", "arthritis_gt2")),
    *(f"csledai:csledai_2k_{days}d" for days in (10, 28, 30)),
    "lldas",
    "doris:doris2021_le5",
    "doris:doris2021_lt5",
    "doris:doris_pga_le05",
    "pga",
)
DRUGS = (
    "",
    "none",
    "prednisolone 5 mg daily unchanged",
    "prednisolone 7.5 mg daily; hydroxychloroquine 400 mg daily unchanged",
    "betamethasone 0.75 mg daily; azathioprine 100 mg daily increased",
    "methylprednisolone 1 g once iv",
    "prednisolone 0.1 mg/kg daily",
    "rituximab 1 g once iv; mycophenolate mofetil 2 g daily unchanged",
)


def table(seed: int | str, rows: int, *, delimiter: str = ",", shorthands: bool = False) -> str:
    """A CSV text, always the same for a seed."""
    rng = random.Random(seed)  # noqa: S311
    columns = _columns(rng, shorthands=shorthands)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for row in range(rows):
        writer.writerow(_row(rng, row, columns, calm=rng.random()))
    return buffer.getvalue()


def _columns(rng: random.Random, *, shorthands: bool) -> list[str]:
    listed = ("seizure", "psychosis", "cva") if shorthands else ()
    items = [name for name in item_names() if rng.random() < 0.9 and name not in listed]
    previous = [f"previous.{name}" for name in item_names() if rng.random() < 0.4]
    attributes = [
        f"{name}.{attribute}"
        for name in items
        for attribute in ("day", "course", "attribution")
        if rng.random() < 0.15 and not shorthands
    ]
    numbers = ["platelets [x10^9/L]", "urine_protein [g/24h]", "joints", "body_weight [kg]", "pga [0-3]"]
    numbers += ["sledai_total [points]", "previous.urine_protein [mg/24h]", "previous.pga [0-10]"]
    states = ["drugs", "stable_treatment", "steroid_pulse", "haemolytic_anaemia", "new_lupus_activity"]
    others = [name for name in (*numbers, *states) if rng.random() < 0.6]
    lists = ["present", "absent", "others"] if shorthands else []
    columns = [*items, *previous, *attributes, *others, *lists]
    rng.shuffle(columns)
    return ["subject", "visit", *columns, *(["note"] if rng.random() < 0.3 else [])]


def _row(rng: random.Random, row: int, columns: list[str], calm: float) -> list[str]:
    cells = {name: _cell(rng, name, calm) for name in columns if "." not in name or name.startswith("previous.")}
    for name in columns:
        fact, _, attribute = name.partition(".")
        if name not in cells:
            known = cells.get(fact) == "present"
            cells[name] = _attribute(rng, attribute) if known else ""
    cells |= {"subject": f"s{row // 3}" if row % 7 else f"=s{row}", "visit": f"v, {row}"}
    return [cells[name] for name in columns]


def _attribute(rng: random.Random, attribute: str) -> str:
    return rng.choice(
        {
            "day": ["", "0", "-2", "-10", "-11", "-29", "-40 to -5", "<-8"],
            "course": ["", "new", "persistent", "worse"],
            "attribution": ["", "sle", "not_sle", "uncertain"],
        }[attribute]
    )


def _cell(rng: random.Random, name: str, calm: float) -> str:
    stem = name.removeprefix("previous.").partition(" ")[0]
    if stem in ("present", "absent"):
        return ";".join(
            sorted(rng.sample(("seizure", "psychosis") if stem == "present" else ("cva",), rng.randint(0, 1)))
        )
    words = {
        "others": ["", "absent"],
        "drugs": list(DRUGS),
        "platelets": ["", "99", "100", "80-120", "<100"],
        "urine_protein": ["", "0.5", "0.51", "500", "<0.6", "1.2"],
        "joints": ["", "0", "2", "3", "1-3", ">=2"],
        "body_weight": ["", "60", "75.5"],
        "pga": ["0", "0.3", "0.5", "1", "0.2-0.6", "<0.5", ""],
        "sledai_total": ["", "", "4", "0-6", "12"],
        "note": ["", "seen, twice", '"quoted"'],
    }
    if stem in words:
        return rng.choice(words[stem])
    if stem in item_names() or stem == "haemolytic_anaemia":
        return "absent" if rng.random() < calm else rng.choice(["present", "Absent", "unknown", "", " absent "])
    return rng.choice(["", "yes", "no", "unknown"])
