"""Methods by topic, so that the methods section reads in paragraphs."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from costim.registry.catalogue import Method

TOPICS: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {
        "Cells": frozenset(
            {"gate_thresholds", "poisson_count", "net_count", "net_share", "worst_share", "order_statistics"}
            | {"per_volume", "per_bead", "per_lymphocyte", "bead_line", "detection_limits", "spread_threshold"}
            | {"gate_jitter"}
        ),
        "Description": frozenset(
            {"mean", "sd", "median", "minimum", "maximum", "total", "subjects", "category_count", "missing_count"}
            | {"transition"}
        ),
        "Paired change": frozenset(
            {"signed_rank", "pratt", "wilcoxon", "sign_test", "mean_shift", "sign_flip", "geometric_mean_ratio"}
            | {"rank_biserial", "g_av", "d_z"}
        ),
        "Several questions at once": frozenset({"holm", "westfall_young", "benjamini_hochberg"}),
        "Other causes": frozenset(
            {"tipping_shift", "expected_regression", "barnett", "test_retest_sd", "stated", "change_net_of_regression"}
            | {"any_regression", "mee_chua", "tipping_long_run_mean", "change_net_of_steroid"}
            | {"tipping_natural_course", "tipping_steroid_effect"}
        ),
        "Repeated visits": frozenset(
            {"mixed_model", "mixed_model_test", "unstructured", "ar1", "compound_symmetry", "by_visit"}
            | {"kenward_roger", "satterthwaite", "friedman", "permutation"}
        ),
        "Single patients": frozenset(
            {"reliable_change", "shrunken_change", "weak", "sceptical", "enthusiastic", "non_overlap", "nap"}
        ),
        "Composition": frozenset({"composition_change"}),
        "Shares and rates": frozenset(
            {"proportion", "clopper_pearson", "wilson", "blaker", "jeffreys", "mid_p", "exact", "missing_as_bounds"}
            | {
                "rule_of_three",
                "benchmark_test",
                "shrunken_share",
                "weak_share",
                "sceptical_share",
                "enthusiastic_share",
            }
            | {"mcnemar", "person_time", "rate", "garwood", "rate_ratio"}
        ),
        "Time to an event": frozenset(
            {"median_bounds", "proportion_beyond", "kaplan_meier", "log_log", "at_risk", "events", "censored"}
            | {"median_survival", "rmst", "turnbull", "cumulative_incidence"}
        ),
    }
)
"""Topics in the order of the report; methods of none come last."""


def by_topic(used: Iterable[Method]) -> list[tuple[str, list[Method]]]:
    """Methods with a sentence, grouped; topics without one are left out."""
    told = [method for method in used if method.sentence]
    found = [(topic, [m for m in told if m.code in codes]) for topic, codes in TOPICS.items()]
    everywhere = frozenset().union(*TOPICS.values())
    found.append(("Further", [m for m in told if m.code not in everywhere]))
    return [(topic, listed) for topic, listed in found if listed]
