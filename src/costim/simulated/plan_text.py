"""study.toml of a simulated study: the questions that the closed loop asks."""

from __future__ import annotations

from collections.abc import Iterator

from costim.simulated.design import BASELINE, EARLY, LATE, YEAR, StudyDesign
from costim.simulated.registry_numbers import Registry

CONTRASTS = {
    "baseline_to_day28": (EARLY, "before treatment to day 28"),
    "baseline_to_month6": (LATE, "before treatment to month 6"),
    "baseline_to_month12": (YEAR, "before treatment to month 12"),
}
CLINICAL = """
[[endpoints]]
parameter = "sledai.total"
kind = "paired_change"
contrast = "baseline_to_day28"
primary = true

[[endpoints]]
parameter = "sledai.total"
kind = "paired_change"
contrast = "baseline_to_month6"

[[endpoints]]
parameter = "event.relapse"
kind = "time_to_event"
horizons = [6, 12, 24]
primary = true

[[endpoints]]
parameter = "bcell.depleted"
kind = "proportion"
contrast = "baseline_to_day28"
categories = ["yes"]

[[endpoints]]
parameter = "bcell.return_day"
kind = "time_to_event"
horizons = [183, 365]

[[endpoints]]
parameter = "lab.anti_dsdna"
kind = "paired_change"
contrast = "baseline_to_month6"
scale = "ratio"

[[endpoints]]
parameter = "lab.igg"
kind = "paired_change"
contrast = "baseline_to_month6"

[[endpoints]]
parameter = "imaging.verdict"
kind = "proportion"
categories = ["improved"]

[[endpoints]]
parameter = "np.resolution_days"
kind = "time_to_resolution"
horizons = [28, 91, 183]
"""
CELLS = """
[[panels]]
name = "b_cells"
markers = ["IgD", "CD80", "CD3", "CD19", "CD40", "Viability", "CD27", "CD20"]
gates = "ready:costimulation_b"

[[panels]]
name = "t_cells"
markers = ["CD45RA", "CD154", "CD4", "CD69", "ICOS", "Viability", "CD3"]
gates = "ready:costimulation_t"

[cytometry]
background_per_million = 100 # false B events: none are made on purpose; doublets and stray cells remain
haematology_cv = 0.05

[[endpoints]]
parameter = "cyt.b_cells.cd40.median"
kind = "paired_change"
contrast = "baseline_to_month6"
scale = "ratio"
family = "b_cell_expression"

[[endpoints]]
parameter = "cyt.b_cells.cd80.median"
kind = "paired_change"
contrast = "baseline_to_month6"
scale = "ratio"
family = "b_cell_expression"

[[endpoints]]
parameter = "cyt.b_cells.cd40.log_mean"
kind = "composition"
contrast = "baseline_to_month12"
subsets = [
  "naive=cyt.naive_b.fraction_of_parent*cyt.naive_b.cd40.log_mean",
  "memory=cyt.memory_b.fraction_of_parent*cyt.memory_b.cd40.log_mean",
]

[[endpoints]]
parameter = "cyt.naive_b.fraction_of_parent"
kind = "paired_change"
contrast = "baseline_to_month12"

[[endpoints]]
parameter = "cyt.b_cells.per_ul"
kind = "paired_change"
contrast = "baseline_to_day28"

[[endpoints]]
parameter = "cyt.cd4_t_cells.cd154.percent_positive"
kind = "paired_change"
contrast = "baseline_to_day28"
family = "t_cell_activation"

[[endpoints]]
parameter = "cyt.cd4_t_cells.cd69.percent_positive"
kind = "paired_change"
contrast = "baseline_to_day28"
family = "t_cell_activation"

[[endpoints]]
parameter = "cyt.cd4_t_cells.icos.percent_positive"
kind = "paired_change"
contrast = "baseline_to_day28"
family = "t_cell_activation"

[[families]]
name = "b_cell_expression"
correction = "westfall_young"
label = "CD40 and CD80 on B cells"

[[families]]
name = "t_cell_activation"
correction = "westfall_young"
label = "CD154, CD69 and ICOS on CD4+ T cells"
"""


def plan_text(design: StudyDesign, seed: int, registry: Registry) -> str:
    """The whole of study.toml.

    Args:
        design: The study.
        seed: From which it was made.
        registry: What is known of untreated patients of the same kind.
    """
    return "\n".join([*_head(design, seed), *_visits(design), *_other_causes(design, registry)]) + (
        CLINICAL + (CELLS if design.fcs else "")
    )


def _head(design: StudyDesign, seed: int) -> Iterator[str]:
    biases = ", ".join(f"{name} {amount:g}" for name, amount in design.biases.named.items()) or "none"
    yield "# A simulated study: nobody in it exists. What is true stands in the folder truth."
    yield "schema = 1"
    yield ""
    yield "[study]"
    yield f'id = "simulated_{seed}"'
    yield f'title = "SIMULATED: {design.patients} virtual patients before and after rituximab"'
    yield 'endpoints_chosen = "before_data"'
    yield 'day_convention = "first_infusion_is_day_0"'
    yield f'population = "{design.patients} virtual patients of the model {design.model}; nobody exists"'
    yield f'intervention = "Rituximab: {"; ".join(dict.fromkeys(design.regimens))}"'
    yield f'provenance = "Made by costim.simulated, seed {seed}, biases: {biases}. No blood, no patient."'
    yield ""
    yield "[variants]"
    yield 'sledai = "sledai_2k_10d"'
    yield 'sledai_total = "items"'
    yield 'depletion = "cd19_lt10"'
    yield ""


def _visits(design: StudyDesign) -> Iterator[str]:
    for visit in design.visits:
        yield "[[visits]]"
        yield f'name = "{visit.name}"'
        yield f'label = "{visit.label}"'
        yield f"day = {visit.day}"
        if visit.window:
            yield f"window = [-{visit.window}, {visit.window}]"
        yield ""
    for name, (post, label) in CONTRASTS.items():
        yield "[[contrasts]]"
        yield f'name = "{name}"'
        yield f'label = "{label}"'
        yield f'baseline = {{ visits = ["{BASELINE}"] }}'
        yield f'post = {{ visits = ["{post}"] }}'
        yield ""


def _other_causes(design: StudyDesign, registry: Registry) -> Iterator[str]:
    """What a registry of untreated patients would tell; and the cut, where there was one."""
    yield "[[other_causes]]"
    yield 'parameter = "sledai.total"'
    yield f"population_mean = {registry.mean:.2f}"
    yield f"between_sd = {registry.between_sd:.2f}"
    yield f"within_sd = {registry.within_sd:.2f}"
    if design.biases.selected_high is not None:
        yield f"selected_above = {design.biases.selected_high:g}"
        yield f"long_run_mean = [{registry.mean:.2f}, {registry.mean:.2f}]"
    yield (
        f'basis = "A registry of {registry.patients} untreated virtual patients of the same model, each read twice: '
        'mean, and standard deviations between and within patients"'
    )
