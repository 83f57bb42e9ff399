"""100,000 visits: every variant of SLEDAI, cSLEDAI, LLDAS and DORIS, on one core, beside a plain loop over rows.

The plain loop is what published calculators do for each visit: it adds the weights of the items marked present, under
one reading. It knows no unknown item, no bounds, no window, no version, no attribution, no state, no source.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

VISITS = 100_000
SEED = 20260101
MEASURES = (
    *(f"sledai:{name}" for name in ("sledai_1992", "selena", "selena_2kprot")),
    *(f"sledai:sledai_2k_{d}d+{j}" for d in (10, 28, 30) for j in ("arthritis_ge2", "arthritis_gt2")),
    *(f"csledai:csledai_2k_{d}d+{j}" for d in (10, 28, 30) for j in ("arthritis_ge2", "arthritis_gt2")),
    "lldas:lldas_franklyn",
    *(f"doris:{name}" for name in ("doris2021_le5", "doris2021_lt5", "doris_pga_le05")),
)
PREVALENCE = {
    "seizure": 0.01, "psychosis": 0.01, "organic_brain_syndrome": 0.01, "visual_disturbance": 0.01,
    "cranial_nerve": 0.01, "lupus_headache": 0.01, "cva": 0.005, "vasculitis": 0.02, "arthritis": 0.12,
    "myositis": 0.01, "urinary_casts": 0.03, "haematuria": 0.08, "proteinuria": 0.12, "pyuria": 0.05, "rash": 0.15,
    "alopecia": 0.08, "mucosal_ulcers": 0.08, "pleurisy": 0.03, "pericarditis": 0.02, "low_complement": 0.35,
    "increased_dna_binding": 0.35, "fever": 0.02, "thrombocytopenia": 0.03, "leukopenia": 0.08,
}  # fmt: skip
BASES = (
    "hydroxychloroquine 400 mg daily unchanged",
    "azathioprine 100 mg daily",
    "methotrexate 15 mg weekly new",
    "",
    "",
)


def visits(number: int = VISITS) -> str:
    """A CSV of synthetic visits, always the same: plausible prevalences, 5 % of item cells unknown."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(SEED)
    columns = {
        "subject": [f"s{i // 10}" for i in range(number)],
        "visit": [str(i % 10) for i in range(number)],
    }
    for side in ("", "previous."):
        for item, share in PREVALENCE.items():
            words = np.array(["present", "absent", "unknown", ""])
            columns[side + item] = words[rng.choice(4, number, p=[share * 0.95, (1 - share) * 0.95, 0.03, 0.02])]
    for item in ("rash", "alopecia", "mucosal_ulcers", "proteinuria"):
        course = np.array(["new", "persistent", "recurrent", ""])[rng.choice(4, number, p=[0.2, 0.4, 0.1, 0.3])]
        columns[f"{item}.course"] = np.where(columns[item] == "present", course, "")
    for item in ("seizure", "psychosis", "arthritis", "fever"):
        day = np.array([str(-d) for d in range(40)] + [""] * 40)[rng.integers(0, 80, number)]
        columns[f"{item}.day"] = np.where(columns[item] == "present", day, "")
    columns["leukopenia.attribution"] = np.where(
        columns["leukopenia"] == "present",
        np.array(["sle", "not_sle", "uncertain", ""])[rng.integers(0, 4, number)],
        "",
    )
    for side in ("", "previous."):
        grams = np.array([f"{i / 100:.2f}" for i in range(300)] + [""])
        columns[f"{side}urine_protein [g/24h]"] = grams[np.minimum(rng.geometric(0.03, number) - 1, 300)]
    columns["joints"] = np.array(["", "", "0", "1", "2", "3", "6"])[rng.integers(0, 7, number)]
    columns["pga [0-3]"] = np.array([f"{i / 100:.2f}" for i in range(0, 301, 5)] + [""] * 3)[
        np.minimum(rng.geometric(0.08, number) - 1, 63)
    ]
    steroid = np.array([f"prednisolone {i / 2:g} mg daily" for i in range(1, 41)] + ["betamethasone 1 mg daily", ""])
    base = np.array(BASES)
    first, second = steroid[rng.integers(0, len(steroid), number)], base[rng.integers(0, len(base), number)]
    both = [f"{a}; {b}" if a and b else a or b or "none" for a, b in zip(first, second, strict=True)]
    columns["drugs"] = np.where(rng.random(number) < 0.05, "", both)
    for fact in ("haemolytic_anaemia", "gastrointestinal_activity"):
        columns[fact] = np.array(["absent", "present", ""])[rng.choice(3, number, p=[0.94, 0.01, 0.05])]
    buffer = io.BytesIO()
    pl.DataFrame(columns).write_csv(buffer)
    return buffer.getvalue().decode()


def plain_loop(path: Path) -> list[int]:
    """The peer: one number per visit, unknown counted as absent."""
    import csv

    from costim.measures.sledai_findings import weights

    points = dict(weights())
    with path.open(newline="") as file:
        return [sum(points[name] for name in points if row[name] == "present") for row in csv.DictReader(file)]


def main() -> None:
    """Time the whole command, then the parts of the batch, beside the plain loop."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from run import in_child, show

    loop = "plain loop: 1 sum, no unknowns, no variants"
    name = f"{VISITS:,} visits x {len(MEASURES)} measures and variants, one core"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.csv"
        # A child's peak memory begins with that of its parent: the table is made, and first used, elsewhere.
        script = (
            "import sys; sys.path.insert(0, sys.argv[1]); import scoring, pathlib; file = pathlib.Path(sys.argv[2]); "
        )
        child = [sys.executable, "-c"]
        here = [str(Path(__file__).parent), str(path)]
        in_child([*child, f"{script}file.write_text(scoring.visits(), 'utf-8')", *here], 1)
        peer = in_child([*child, f"{script}scoring.plain_loop(file)", *here], 2)
        words = [sys.executable, "-m", "costim.cli", "score", str(path)]
        for measure in MEASURES:
            words += ["--measure", measure]
        for form in ("csv", "json"):
            show(f"{name}: costim score --out {form}", in_child([*words, "--out", form], 1), loop, peer)
        parts(name, loop, path)


def parts(name: str, loop: str, path: Path) -> None:
    """Reading, scoring and the frame in one process."""
    from run import in_process, show

    from costim.measures.batch.score import score_visits
    from costim.scoring.asked import read_asked
    from costim.scoring.batch import score_text
    from costim.scoring.batch_read import read_table

    asked, _ = read_asked("; ".join(MEASURES))
    text = path.read_text("utf-8")
    table = read_table(text, asked)
    if table is None:
        raise SystemExit("the synthetic table is not one for columns")
    peer = in_process(lambda: plain_loop(path), 2)
    show(f"{name}: columns to results", in_process(lambda: score_visits(table.columns, asked), 3), loop, peer)

    def frame() -> None:
        answer = score_text(text, asked)
        if answer is not None:
            answer.frame()

    show(f"{name}: CSV text to frame", in_process(frame, 2), loop, peer)


if __name__ == "__main__":
    main()
