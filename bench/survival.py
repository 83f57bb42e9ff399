"""Ten thousand Kaplan-Meier curves of twenty subjects with their limits, against lifelines where it is installed.

Goal: at most 2 s. lifelines gives log-log limits, one study at a time; it is timed on fewer studies and scaled up.
"""

from __future__ import annotations

import importlib.util
import time

import numpy as np

from costim.inference.survival.many_curves import compute_kaplan_meier_curves

STUDIES, SUBJECTS, PEER_STUDIES, REPEATS = 10_000, 20, 100, 3


def seconds(call: object) -> float:
    """Best CPU seconds of a call."""
    best = float("inf")
    for _ in range(REPEATS):
        started = time.process_time()
        call()  # type: ignore[operator]
        best = min(best, time.process_time() - started)
    return best


def main() -> None:
    """Time both and print the ratio."""
    rng = np.random.default_rng(20)
    event = rng.exponential(1, (STUDIES, SUBJECTS))
    stop = rng.exponential(1.5, (STUDIES, SUBJECTS))
    times, events = np.minimum(event, stop), event <= stop
    ours = seconds(lambda: compute_kaplan_meier_curves(times, events))
    print(f"\n{STUDIES} Kaplan-Meier curves with beta product limits, n = {SUBJECTS}, 40 % censored")
    print(f"  {'costim':<44} CPU {ours:10.3g} s (goal: at most 2 s)")
    if importlib.util.find_spec("lifelines") is None:
        print("  lifelines is not installed: no peer in this run")
        return
    from lifelines import KaplanMeierFitter

    def fit() -> None:
        for k in range(PEER_STUDIES):
            KaplanMeierFitter().fit(times[k], events[k])

    peer = seconds(fit) * STUDIES / PEER_STUDIES
    print(f"  {'lifelines, log-log limits, scaled up':<44} CPU {peer:10.3g} s")
    print(f"  ratio costim / peer: CPU {ours / peer:.3g}")


if __name__ == "__main__":
    main()
