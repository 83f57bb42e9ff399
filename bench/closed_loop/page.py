"""The page of the closed loop: `python -m bench.closed_loop.page [FOLDER]`.

With a folder of studies the table is made anew from them; without, page and figure are made from the committed table.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.closed_loop.arms import ARMS, NO_BIAS, NO_BIAS_CELLS, NO_DRUG
from bench.closed_loop.figure import draw
from bench.closed_loop.readings_alone import read_alone
from bench.closed_loop.table import TABLE, Row, beside, read_records, read_table, summarise, write_table
from bench.closed_loop.words import ARMS as ARM_WORDS
from bench.closed_loop.words import say
from costim.simulated.biases import BIASES

PAGE = TABLE.parents[1] / "closed-loop.md"
GOAL = 0.93
SEEN = "at_upper"
FEWEST = 20
"""Studies with an interval below which nothing is said of it."""
INTRODUCTION = """# How often is costim right?

Whole studies of ten virtual patients are simulated, written as study folders, and put through the whole of costim:
check, measurement (from FCS files where there are tubes), estimates. Every interval that costim prints is then held
beside what is true of the population the study was drawn from. The folders are those of `costim simulate --study`;
the true values and what they mean are defined in `costim.simulated`, from 5,000 virtual patients under the same
design without its bias; a change in SLEDAI is then true to about 0.12 points.

*Coverage* is the share of studies whose 95 % interval holds the truth, with the Monte-Carlo standard error; studies
too small for an interval (fewer than six pairs that can be measured) are counted apart. *Method alone* is the
coverage that the method would have with these patients if each were read without a fault: what is lacking there is
due to few and skewed patients, what is lacking beyond it to the way from file to number. *Bias* is the mean of the
estimates less the truth; most of it is the chance of who was in these studies. *By reading* takes this chance away:
the estimate less what the patients of the same study would have given if each had been read without a fault.
Patients, effects and scatter come from the [model](../explanation/rooms.md#mechanism), whose values are largely
derived or speculative: this page says whether the analysis is right about the patients it is given, not whether
patients are like that.

The code is `bench/closed_loop`; `python -m bench.closed_loop.run FOLDER` repeats it, and every study follows from its
seed. Every number: [closed_loop.csv](closed_loop/closed_loop.csv).
"""
HEADLINES = (
    "sledai.total/baseline_to_day28/mean_shift sign_flip",
    "sledai.total/baseline_to_day28/signed_rank pratt",
    "sledai.total/baseline_to_month6/mean_shift sign_flip",
    "sledai.total/baseline_to_day28/proportion/improved clopper_pearson",
    "event.relapse/kaplan_meier@12",
    "imaging.verdict/proportion/improved clopper_pearson",
)
HEADLINES_OF_CELLS = (
    "cyt.b_cells.cd40.median/baseline_to_month6/geometric_mean_ratio sign_flip",
    "cyt.b_cells.cd80.median/baseline_to_month6/geometric_mean_ratio sign_flip",
    "cyt.b_cells.cd40.log_mean/baseline_to_month12/composition_change/composition",
    "cyt.b_cells.cd40.log_mean/baseline_to_month12/composition_change/expression",
    "cyt.cd4_t_cells.cd154.percent_positive/baseline_to_day28/mean_shift sign_flip",
    "cyt.cd4_t_cells.cd69.percent_positive/baseline_to_day28/mean_shift sign_flip",
    "cyt.cd4_t_cells.icos.percent_positive/baseline_to_day28/mean_shift sign_flip",
)
REGRESSION = (
    "sledai.total/baseline_to_day28/mean_shift sign_flip",
    "sledai.total/baseline_to_day28/mean_shift less expected_regression",
    "sledai.total/baseline_to_day28/change_net_of_regression mee_chua",
    "sledai.total/baseline_to_day28/change_net_of_regression any_regression",
)


BOUNDS_WORDS = """\
Where the data admit several values (a relapse between two visits), the estimate that is held beside the truth is the
middle of their bounds, which costim does not print; the interval is the united one that it does."""
SEEN_WORDS = """\
A curve that puts each event on the day of the visit that found it is printed beside these, with limits. It speaks of
that day; held beside the day on which the event truly happened it is late:"""
ALONE_WORDS = """\
The patients of these seeds improved a little less than the population, and the two means of SLEDAI hold the truth less
often than the method would. That is the chance of these seeds: over {studies:,} further studies, drawn in the same way
but neither written nor read again (`python -m bench.closed_loop.readings_alone`), the coverage of the mean change was
{said}."""
BIAS_WORDS = """\
*Planted* is how far the bias moves the truth of the population, where that can be worked out without gating files;
*found* is how much further the estimates are off than in the study of the same seed without the bias (the same
patients, but for those who are selected).
The truth of relapse is the course of the disease, which no bias here touches; missed visits make its bounds wider."""
REGRESSION_WORDS = """\
Patients who enter because a reading was high fall without any treatment. The naive mean change is off by what
was planted; costim's expected regression, from selection and the scatter of a registry, gives most of it back,
and its interval over any degree of regression holds the effect. The straight line speaks of a patient at the
long-run mean: where the treatment lowers high readings more than low ones, as here, that is another quantity
than the mean effect of those selected; without a drug it is the same, and the line is right."""


def without_bias(rows: Sequence[Row]) -> list[Row]:
    """Quantities of studies without bias: of cells from studies with tubes, all else from the more numerous others.

    Not the curves that put an event on the day it was seen: their interval speaks of that day, not of the event's.
    """
    return [
        row
        for row in rows
        if row["arm"] == (NO_BIAS_CELLS if row["key"].startswith("cyt.") else NO_BIAS)
        and int(row["with_interval"]) >= FEWEST
        and not row["key"].endswith(SEEN)
    ]


def _table(rows: Sequence[Row], first: str = "quantity") -> list[str]:
    lines = [
        f"| {first} | truth | bias (error) | by reading (error) | coverage (error) | "
        "method alone | intervals | width |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        name = say(row["key"]) if first == "quantity" else f"{ARM_WORDS[row['arm']]}: {say(row['key'])}"
        alone = f"{float(row['ideal_coverage']):.3f}" if row["ideal_coverage"] else "–"
        cells = name, _short(row["truth"]), _with_error(row, "bias"), _reading(row), _coverage(row), alone
        width = _short(row["median_width"]) if row["median_width"] else "unbounded"
        lines.append(f"| {' | '.join(cells)} | {row['with_interval']} of {row['studies']} | {width} |")
    return lines


def _short(number: str) -> str:
    """Three digits."""
    return f"{float(number):.3g}" if number else "–"


def _reading(row: Row) -> str:
    return _with_error(row, "reading") if row["reading"] else "–"


def _with_error(row: Row, name: str) -> str:
    return f"{_short(row[name])} ({_short(row[f'{name}_se'])})"


def _coverage(row: Row) -> str:
    if not row["coverage"]:
        return "–"
    words = f"{float(row['coverage']):.3f} ({float(row['coverage_se']):.3f})"
    return f"**{words}**" if float(row["coverage"]) < GOAL else words


def _no_bias(rows: Sequence[Row]) -> list[str]:
    own = without_bias(rows)
    low = [row for row in own if float(row["coverage"]) < GOAL]
    words = f"Of {len(own)} intervals, {len(own) - len(low)} hold the truth in at least 93 % of studies."
    if low:
        certain = [row for row in low if float(row["coverage"]) + 2 * float(row["coverage_se"]) < GOAL]
        words += f" The others (bold) fall short, {len(certain)} of them by more than two errors of the simulation."
    seen = [row for row in rows if row["arm"] == NO_BIAS and row["key"].endswith(SEEN)]
    said = ["## Without bias", "", words, "", *_alone(), "", *_table(own), "", BOUNDS_WORDS, ""]
    return [*said, SEEN_WORDS, "", *_table(seen), ""]


def _of_bias(rows: Sequence[Row], name: str) -> list[str]:
    kind = BIASES[name]
    keys = HEADLINES_OF_CELLS if ARMS[name].design.fcs else HEADLINES
    plain = {row["key"]: row for row in without_bias(rows)}
    found = {row["key"]: row for row in rows if row["arm"] == name}
    lines = [
        f"### {ARM_WORDS[name].capitalize()}",
        "",
        f"`{name}` = {kind.usual:g}. {kind.prose}.",
        "",
        "| quantity | truth | planted | found (error) | coverage (error) | without |",
        "|---|---|---|---|---|---|",
    ]
    for key in keys:
        if key in found:
            row, other = found[key], plain[key]
            planted = _short(row["planted"]) if row["planted"] else "not known"
            cells = say(key), _short(row["truth"]), planted, _with_error(row, "moved"), _coverage(row), _coverage(other)
            lines.append(f"| {' | '.join(cells)} |")
    studies = next(iter(found.values()))["studies"] if found else "0"
    return [*lines, "", f"{studies} studies.", ""]


def _regression(rows: Sequence[Row]) -> list[str]:
    asked = [
        r
        for name in ("selected_high", NO_DRUG)
        for key in REGRESSION
        for r in rows
        if (r["arm"], r["key"]) == (name, key)
    ]
    return [
        "## Regression to the mean",
        "",
        REGRESSION_WORDS,
        "",
        *_table(asked, "arm and analysis"),
        "",
    ]


def _alone() -> list[str]:
    """Whether means of SLEDAI are short by more than the chance of these seeds."""
    said = [
        f"{one.coverage:.3f} ({one.error:.3f}) to {one.visit}, mean of the estimates {one.mean_estimate:.2f} "
        f"({one.mean_error:.2f}) for a truth of {one.truth:.2f}"
        for one in read_alone()
    ]
    return [ALONE_WORDS.format(studies=read_alone()[0].studies, said="; ".join(said))]


def build(rows: Sequence[Row]) -> str:
    """The page."""
    present = {row["arm"] for row in rows}
    parts = [INTRODUCTION, "![Coverage of every interval without bias](closed_loop/without_bias.svg)", ""]
    parts += _no_bias(rows)
    parts += _regression(rows)
    parts += ["## With each bias", "", BIAS_WORDS, ""]
    for name in (name for name in ARMS if name in BIASES and name in present):
        parts += _of_bias(rows, name)
    return "\n".join(parts).rstrip() + "\n"


def main(words: list[str]) -> None:
    """Table (from a folder of studies), figure and page."""
    if words:
        records = list(read_records(Path(words[0])))
        refused = [f"{r['arm']}, seed {r['seed']}: {r['refused']}" for r in records if "refused" in r]
        if refused:
            sys.exit(
                "costim refused studies that were made for it; mend the fault and run them again:\n"
                + "\n".join(refused)
            )
        write_table(summarise(records, beside(records)))
    rows = read_table()
    draw(without_bias(rows), TABLE.parent / "without_bias.svg")
    PAGE.write_text(build(rows), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
