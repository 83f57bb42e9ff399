"""Event tables: what is read, what goes round, what is refused and how that is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.mechanism.dosing.event_cells import EventError
from costim.mechanism.dosing.event_rows import EventRow, EventTable
from costim.mechanism.dosing.event_table import Reading, events_of, read_events, render_events, write_events
from costim.mechanism.dosing.regimen import REGIMENS, schedule
from costim.mechanism.model.catalogue import load_model
from costim.registry.flags import flag_meanings

LOOP = load_model("loop")
HEADER = "ID,TIME,EVID,AMT,RATE,DUR,CMT,DV,MDV,DVID,ADDL,II,SS,LLOQ,CENS,BSA"
BLANK = dict.fromkeys(HEADER.split(","), ".")


def line(**cells: object) -> str:
    return ",".join(str(value) for value in (BLANK | cells).values())


def read(folder: Path, *lines: str, header: str = HEADER, **settings: str) -> EventTable:
    path = folder / "events.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_events(path, LOOP, **settings)  # type: ignore[arg-type]


def test_doses_readings_limits_and_covariates(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        line(ID=1, TIME=-1, EVID=0, DV=120, DVID=2, BSA=1.6),
        line(ID=1, TIME=0, EVID=1, AMT=600, RATE=3000, CMT=1, ADDL=1, II=14),
        line(ID=1, TIME=0, EVID=0, DV=0.5, DVID="cd19", LLOQ=1),
        line(ID=1, TIME=3, EVID=2, BSA=1.7),
        line(ID=1, TIME=7, EVID=0, DV=1, MDV=0, DVID=2, LLOQ=1, CENS=1),
        line(ID=1, TIME=8, EVID=0, DV=77, MDV=1, DVID=2),
        line(ID="b", TIME=0, EVID=1, AMT=500, DV=0, MDV=1, BSA=1.5),
        line(ID="b", TIME=5, EVID=1, AMT=500, DUR=0.25, CMT="A1"),
    )
    first, second = table.occasions()
    assert first.infusions == ((0, 600, 0.2), (14, 600, 0.2))
    assert second.infusions == ((0, 500, 1 / 1440), (5, 500, 0.25))
    assert [(r.time, r.output, r.value, r.lloq, r.censored) for r in first.readings] == [
        (-1, "cd19", 120, None, 0),
        (0, "cd19", 0.5, 1, 1),
        (7, "cd19", 1, 1, 1),
    ]
    assert [row.covariates["BSA"] for row in table.rows] == [1.6, 1.6, 1.6, 1.7, 1.7, 1.7, 1.5, 1.5]
    infusions = table.schedule()
    assert infusions.amount.tolist() == [[600, 600], [500, 500]]
    assert (np.diff(infusions.start) >= 0).all()


def test_a_reset_begins_a_new_occasion(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        line(ID=1, TIME=0, EVID=1, AMT=600, DUR=0.2, BSA=1.6),
        line(ID=1, TIME=200, EVID=3),
        line(ID=1, TIME=210, EVID=1, AMT=700, DUR=0.2),
        line(ID=1, TIME=0, EVID=4, AMT=800, DUR=0.2),
        line(ID=1, TIME=9, EVID=0, DV=3, DVID=2),
    )
    found = table.occasions()
    assert [(o.number, o.infusions[0][1], len(o.rows)) for o in found] == [(1, 600, 1), (2, 700, 2), (3, 800, 2)]
    assert table.schedule().amount.tolist() == [[600], [700], [800]]


def test_hours_separators_and_no_evid(tmp_path: Path) -> None:
    table = read(
        tmp_path, "1;0;600;300;.;.;12;2", "1;24;.;.;40;1;.;.", "1;48;.;.;.;.;.;.",
        header="#ID;time;amt;rate;DV;DVID;II;ADDL", time_unit="h",
    )  # fmt: skip
    dose, reading, other = table.rows
    assert (dose.evid, dose.infusion_days, dose.starts) == (1, pytest.approx(2 / 24), (0, 0.5, 1))
    assert (reading.evid, reading.time, reading.output, reading.value) == (0, 1, "drug", 40)
    assert other.evid == 2


REFUSED = {
    "time falls": ([line(ID=1, TIME=7, EVID=2), line(ID=1, TIME=5, EVID=2)], 3, "TIME", "day 5 after day 7 in row 2"),
    "reading twice": ([line(ID=1, TIME=7, EVID=0, DV=1, DVID=2)] * 2, 3, "TIME", "cd19 on day 7 as in row 2"),
    "dose twice": ([line(ID=1, TIME=0, EVID=1, AMT=5)] * 2, 3, "TIME", "a dose on day 0, where row 2 gives one"),
    "additional dose twice": (
        [line(ID=1, TIME=0, EVID=1, AMT=5, ADDL=2, II=7), line(ID=1, TIME=14, EVID=1, AMT=5)],
        3, "TIME", "where row 2 gives one",
    ),
    "negative amount": ([line(ID=1, TIME=0, EVID=1, AMT=-5)], 2, "AMT", "found -5; expected above 0"),
    "no amount": ([line(ID=1, TIME=0, EVID=1)], 2, "AMT", "nothing on a dose"),
    "negative rate": ([line(ID=1, TIME=0, EVID=1, AMT=5, RATE=-7)], 2, "RATE", "found -7; expected above 0"),
    "estimated rate": ([line(ID=1, TIME=0, EVID=1, AMT=5, RATE=-2)], 2, "RATE", "to be estimated"),
    "rate and duration differ": ([line(ID=1, TIME=0, EVID=1, AMT=6, RATE=3, DUR=1)], 2, "DUR", "AMT / RATE = 2 d"),
    "DV on a dose": ([line(ID=1, TIME=0, EVID=1, AMT=5, DV=3)], 2, "DV", "3 with EVID 1"),
    "AMT on a reading": ([line(ID=1, TIME=0, EVID=0, AMT=5, DV=3, DVID=2)], 2, "AMT", "5 with EVID 0"),
    "reading said on a dose": ([line(ID=1, TIME=0, EVID=1, AMT=5, MDV=0)], 2, "MDV", "0 with EVID 1"),
    "no reading": ([line(ID=1, TIME=0, EVID=0, DVID=2)], 2, "DV", "nothing with EVID 0"),
    "which reading": ([line(ID=1, TIME=0, EVID=0, DV=2)], 2, "DVID", "which reading it is: 1 = drug"),
    "unknown reading": ([line(ID=1, TIME=0, EVID=0, DV=2, DVID=99)], 2, "DVID", "found reading 99"),
    "unknown compartment": ([line(ID=1, TIME=0, EVID=1, AMT=5, CMT=13)], 2, "CMT", "compartment 13"),
    "dose into cells": ([line(ID=1, TIME=0, EVID=1, AMT=5, CMT=4)], 2, "CMT", r"a dose into N; expected 1 \(A1\)"),
    "ADDL without II": ([line(ID=1, TIME=0, EVID=1, AMT=5, ADDL=2)], 2, "II", "no interval for 2 more doses"),
    "negative II": ([line(ID=1, TIME=0, EVID=1, AMT=5, ADDL=2, II=-7)], 2, "II", "found -7; expected above 0"),
    "II without ADDL": ([line(ID=1, TIME=0, EVID=1, AMT=5, II=7)], 2, "ADDL", "no number of doses every 7"),
    "half a dose more": ([line(ID=1, TIME=0, EVID=1, AMT=5, ADDL=0.5, II=7)], 2, "ADDL", "a whole number not below 0"),
    "steady state": ([line(ID=1, TIME=0, EVID=1, AMT=5, SS=1, II=7)], 2, "SS", "has no steady state"),
    "EVID 9": ([line(ID=1, TIME=0, EVID=9)], 2, "EVID", "one of 0, 1, 2, 3, 4"),
    "clock time": ([line(ID=1, TIME="8:00", EVID=2)], 2, "TIME", "'8:00'; expected a number"),
    "infinite time": ([line(ID=1, TIME="inf", EVID=2)], 2, "TIME", "'inf'; expected a number"),
    "decimal comma": ([line(ID=1, TIME=0, EVID=0, DV="x", DVID=2)], 2, "DV", "a number with a decimal point"),
    "no subject": ([line(TIME=0, EVID=2)], 2, "ID", "a value in every row"),
    "two places": ([line(ID=i, TIME=0, EVID=2) for i in (1, 2, 1)], 4, "ID", "subject 1 again, after row 2"),
    "limit contradicts": ([line(ID=1, TIME=0, EVID=0, DV=5, DVID=2, LLOQ=1, CENS=1)], 2, "CENS", "below the limit 1"),
    "limit denied": ([line(ID=1, TIME=0, EVID=0, DV=0.5, DVID=2, LLOQ=1, CENS=0)], 2, "CENS", "said not to be"),
    "limit of nothing": ([line(ID=1, TIME=0, EVID=2, CENS=1)], 2, "CENS", "1 without a reading"),
    "negative limit": ([line(ID=1, TIME=0, EVID=0, DV=0.5, DVID=2, LLOQ=-1)], 2, "LLOQ", "not below 0"),
    "body of a giant": ([line(ID=1, TIME=0, EVID=2, BSA=9)], 2, "BSA", r"found 9; expected a number from 0\.2 to 4 m2"),
    "dose over a reset": (
        [line(ID=1, TIME=0, EVID=1, AMT=5, ADDL=9, II=7), line(ID=1, TIME=30, EVID=3)],
        2, "ADDL", "past the reset in row 3",
    ),
    "ragged": (["1,0"], 2, "", "found 2 cells; expected 16"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_row_and_column(case: str, tmp_path: Path) -> None:
    lines, row, column, words = REFUSED[case]
    filled = [text if "BSA" in case or text.count(",") < 15 else _with_bsa(text) for text in lines]
    with pytest.raises(EventError, match=words) as caught:
        read(tmp_path, *filled)
    (finding,) = caught.value.findings
    assert (finding.file, finding.row, finding.column) == ("events.csv", row, column)
    assert finding.code in flag_meanings()


def _with_bsa(text: str) -> str:
    cells = text.split(",")
    cells[-1] = "1.6" if cells[-1] == "." else cells[-1]
    return ",".join(cells)


def test_every_problem_is_said_at_once(tmp_path: Path) -> None:
    broken = [lines for name, (lines, *_rest) in REFUSED.items() if name not in {"ragged", "two places", "no subject"}]
    texts = []
    for subject, lines in enumerate(broken):
        texts += [",".join([str(subject), *_with_bsa(text).split(",")[1:]]) for text in lines]
    with pytest.raises(EventError) as caught:
        read(tmp_path, *texts)
    assert len(caught.value.findings) >= len(broken)
    assert str(caught.value).count("\n") == len(caught.value.findings) - 1


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("ID,EVID", "column TIME: found no such column"),
        ("ID,TIME,time", "found the column more than once"),
        ("ID,TIME,DATE", "Dates of patients are never read"),
        ("ID,TIME,", "a column without a name"),
        ("ID,TIME", "found no rows"),
    ],
)
def test_headers_that_cannot_be_used(header: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(EventError, match=words):
        read(tmp_path, header=header)


def test_first_row_lacks_a_covariate_and_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EventError, match="column BSA: found nothing in the first row of a subject"):
        read(tmp_path, line(ID=1, TIME=0, EVID=2))
    with pytest.raises(EventError, match=r"nowhere\.csv: found no such file"):
        read_events(tmp_path / "nowhere.csv", LOOP)


real = st.floats(-1e4, 1e4, allow_subnormal=False)
positive = st.floats(1e-3, 1e6)


@st.composite
def rows_of(draw: st.DrawFn, subject: str) -> list[EventRow]:
    """Checked rows of one subject on distinct days."""
    covariates: dict[str, float] = {}
    rows = []
    for time in sorted(draw(st.sets(st.integers(-50, 5000), min_size=1, max_size=8))):
        if not covariates or draw(st.booleans()):
            covariates = {"BSA": draw(st.floats(0.2, 4)), "AGE": draw(real)}
        kind = draw(st.sampled_from([0, 0, 1, 2, 3, 4]))
        moment = time + 0.5
        if kind in {1, 4}:
            how = draw(st.sampled_from(["rate", "duration", "bolus"]))
            rows.append(
                EventRow(
                    subject, moment, kind, draw(positive),
                    rate=draw(positive) if how == "rate" else None,
                    duration=draw(st.floats(0.01, 0.3)) if how == "duration" else None,
                    compartment=draw(st.sampled_from(["", "A1"])), covariates=covariates,
                )
            )  # fmt: skip
        elif kind == 0 and draw(st.booleans()):
            value = draw(positive)
            lloq = draw(st.none() | st.just(value) | st.just(value * 2))
            censored = draw(st.sampled_from([-1, 0, 1])) if lloq is None or lloq == value else 1
            rows.append(
                EventRow(
                    subject, moment, 0, value=value, missing=False, output=draw(st.sampled_from(list(LOOP.outputs))),
                    lloq=lloq, censored=censored, covariates=covariates,
                )
            )  # fmt: skip
        else:
            value = draw(st.none() | positive) if kind == 0 else None
            rows.append(EventRow(subject, moment, kind, value=value, missing=True, covariates=covariates))
    if rows[-1].evid in {1, 4} and draw(st.booleans()):
        more, every = draw(st.integers(1, 50)), draw(st.floats(0.5, 100))
        rows[-1] = replace(rows[-1], additional=more, interval=every)
    return rows


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_round_trip(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [row for subject in ("1", "2", "3") for row in data.draw(rows_of(subject))]
    doses = [row for row in rows if row.evid in {1, 4} and row.infusion_days < 0.4]
    keep = [row for row in rows if row.evid not in {1, 4} or row in doses]
    table = EventTable(tuple(keep), ("BSA", "AGE"))
    path = tmp_path_factory.mktemp("events") / "table.csv"
    write_events(table, path, LOOP)
    if not keep:
        return
    again = read_events(path, LOOP)
    assert again == table
    assert render_events(again, LOOP) == path.read_text(encoding="utf-8")


def test_events_of_infusions_and_readings_read_back(tmp_path: Path) -> None:
    infusions = schedule(REGIMENS["375x2"], bsa=[1.6, 1.8])
    readings = [Reading("a", 14.0, "cd19", 3.0), Reading("a", 28.0, "cd19", 1.0, 1.0, 1)]
    table = events_of(LOOP, ["a", "b"], infusions, readings, {"BSA": [1.6, 1.8]})
    assert [(row.subject, row.time, row.evid) for row in table.rows[:4]] == [
        ("a", 0, 1), ("a", 14, 0), ("a", 14, 1), ("a", 28, 0),
    ]  # fmt: skip
    path = tmp_path / "out.csv"
    write_events(table, path, LOOP)
    again = read_events(path, LOOP)
    assert again == table
    for found, wanted in zip(
        (again.schedule().start, again.schedule().amount, again.schedule().duration),
        (infusions.start, infusions.amount, infusions.duration),
        strict=True,
    ):
        assert np.array_equal(found, wanted)
