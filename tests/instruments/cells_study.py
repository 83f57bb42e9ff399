"""A small study of synthetic tubes with a known truth: CD40 falls to 0.6, B cells vanish and come back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from costim.cytometry.synthetic.sample import make_control, make_sample
from costim.cytometry.synthetic.spec import SampleSpec
from costim.cytometry.synthetic.write import write_sample

SUBJECTS = ("1", "2", "3")
VISITS = {"baseline": -1, "day28": 28, "month6": 182}
B_CELLS = {"baseline": (400, 420, 440), "day28": (0, 12, 60), "month6": (300, 310, 320)}
"""Visit -> single living B cells of each subject."""
FALL = 0.6
BLOOD, ACQUIRED = 20.0, 1.0
HEADER = "subject,visit,panel,stain,marker,fcs_file,blood_ul,acquired_fraction"
SETTINGS = """schema = 1
[study]
id = "cells"
title = "Synthetic tubes"
day_convention = "first_infusion_is_day_0"
[[contrasts]]
name = "to_month6"
baseline = {{ visits = ["baseline"] }}
post = {{ visits = ["month6"] }}
[[contrasts]]
name = "to_day28"
baseline = {{ visits = ["baseline"] }}
post = {{ visits = ["day28"] }}
{visits}
{panels}
[[endpoints]]
parameter = "cyt.b_cells.cd40.median"
kind = "paired_change"
scale = "ratio"
"""
PANEL = '[[panels]]\nname = "B"\ngates = "ready:costimulation_b"\n'


def spec_of(subject: int, visit: str) -> SampleSpec:
    """The tube of a subject and visit."""
    b = B_CELLS[visit][subject]
    naive, switched = b * 6 // 10, b * 2 // 10
    cells = {"naive_b": naive, "switched_memory_b": switched, "unswitched_memory_b": b - naive - switched}
    after = {} if visit == "baseline" else {"cd40": FALL}
    others = {"naive_cd4_t": 900, "memory_cd4_t": 900, "monocytes": 60}
    return SampleSpec(panel="b_cells", cells=cells | others, shifts=after, dead=20, doublets=20, debris=20)


def write_study(folder: Path, *, panels: str = PANEL, files: Mapping[str, str] | None = None, more: str = "") -> Path:
    """The study folder; `files` replaces or adds tables by name, `more` is added to the settings."""
    (folder / "fcs").mkdir(parents=True)
    rows = [HEADER]
    for place, subject in enumerate(SUBJECTS):
        for turn, visit in enumerate(VISITS):
            name = f"fcs/s{subject}_{visit}.fcs"
            spec = spec_of(place, visit)
            write_sample(make_sample(spec, 100 * place + turn), folder / name, every_event=False)
            rows.append(f"{subject},{visit},B,,,{name},{BLOOD:g},{ACQUIRED:g}")
        name = f"fcs/s{subject}_fmo_cd19.fcs"
        control = make_control(spec_of(place, "baseline"), "cd19", "fmo", 900 + place)
        write_sample(control, folder / name, every_event=False)
        rows.append(f"{subject},baseline,B,fmo,CD19,{name},,")
    visits = "".join(f'[[visits]]\nname = "{name}"\nday = {day}\n' for name, day in VISITS.items())
    tables = {
        "subjects.csv": "subject,sex,age_years\n" + "".join(f"{s},F,30\n" for s in SUBJECTS),
        "visits.csv": "subject,visit,day\n" + "".join(f"{s},{v},{d}\n" for s in SUBJECTS for v, d in VISITS.items()),
        "infusions.csv": "subject,infusion,day,drug,amount,unit\n"
        + "".join(f"{s},1,0,rituximab,1000,mg\n" for s in SUBJECTS),
        "samples.csv": "\n".join(rows) + "\n",
        "study.toml": SETTINGS.format(visits=visits, panels=panels) + more,
    }
    for name, text in (tables | dict(files or {})).items():
        (folder / name).write_text(text, "utf-8")
    return folder
