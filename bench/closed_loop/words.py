"""Names of quantities and arms for the page."""

from __future__ import annotations

PARAMETERS = {
    "sledai.total": "SLEDAI",
    "event.relapse": "no relapse",
    "bcell.depleted": "B cells depleted",
    "bcell.return_day": "B cells back",
    "np.resolution_days": "manifestation not resolved",
    "lab.anti_dsdna": "anti-dsDNA",
    "lab.igg": "IgG",
    "imaging.verdict": "image improved",
    "cyt.b_cells.cd40.median": "CD40 MFI",
    "cyt.b_cells.cd80.median": "CD80 MFI",
    "cyt.b_cells.cd40.log_mean": "CD40 decomposed",
    "cyt.naive_b.fraction_of_parent": "naive share of B cells",
    "cyt.b_cells.per_ul": "B cells per uL by tube",
    "cyt.cd4_t_cells.cd154.percent_positive": "CD40L+ of CD4+",
    "cyt.cd4_t_cells.cd69.percent_positive": "CD69+ of CD4+",
    "cyt.cd4_t_cells.icos.percent_positive": "ICOS+ of CD4+",
}
CONTRASTS = {
    "baseline_to_day28": "to day 28",
    "baseline_to_month6": "to month 6",
    "baseline_to_month12": "to month 12",
}
METHODS = {
    "mean": "mean",
    "mean_shift": "mean, sign flips",
    "signed_rank": "Hodges–Lehmann, signed rank",
    "proportion": "share, exact",
    "kaplan_meier": "Kaplan–Meier",
    "turnbull": "Turnbull",
    "geometric_mean_ratio": "ratio, sign flips",
    "composition_change": "decomposition",
    "change_net_of_regression": "net of regression",
    "reliable_change": "reliable change",
    "shrunken_change": "shrunken change",
}
VARIANTS = {
    "any_regression": "any degree",
    "mee_chua": "straight line",
    "at_upper": "on the day it was seen",
    "at_midpoint": "midway between visits",
    "missing_as_bounds": "all patients, the missing as bounds",
    "less expected_regression": "less the expected regression",
}
SAID = ("attained",)
"""Said by the name of the quantity."""
ARMS = {
    "none": "no bias, clinical tables",
    "none_cells": "no bias, with FCS files",
    "selected_high": "entered for a high reading",
    "selected_high_no_drug": "entered for a high reading, no drug",
    "steroid_pulse": "steroid pulse at entry",
    "missing_visits": "visits missed at random",
    "missing_when_ill": "visits missed when ill",
    "unblinded_readers": "readers who know",
    "gate_drift": "drift of staining",
    "spill_error": "wrong compensation",
}


def say(key: str) -> str:
    """A quantity in words."""
    head, _, variant = key.partition(" ")
    name, _, at = head.partition("@")
    parts = name.split("/")
    words = [PARAMETERS.get(parts[0], parts[0])]
    shown = [part for part in parts[1:] if part not in SAID]
    words += [CONTRASTS.get(part, METHODS.get(part, part.replace("_", " "))) for part in shown]
    if at:
        words.append(f"at {at}")
    extra = VARIANTS.get(variant, "")
    return ", ".join(words) + (f" ({extra})" if extra else "")
