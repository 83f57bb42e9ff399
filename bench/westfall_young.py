"""Step-down maxT over every pattern of signs of 16 patients (2^16) and 20 markers."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np

from bench.run import in_process, show

R_CALL = """suppressPackageStartupMessages(library(multtest))
d <- matrix(scan(file("stdin"), quiet = TRUE), nrow = {markers})
y <- matrix(0, nrow(d), 2 * ncol(d)); y[, seq(2, ncol(y), 2)] <- d
sink("/dev/null")
r <- system.time(mt.maxT(y, rep(0:1, ncol(d)), test = "pairt", side = "abs", B = 0))
sink(); cat(r[["user.self"]], r[["elapsed"]])
"""


def invent_changes(patients: int = 16, markers: int = 20) -> np.ndarray:
    """Correlated changes without effect."""
    rng = np.random.default_rng(20070101)
    return np.round(rng.normal(0, 1, (patients, 1)) + rng.normal(0, 1, (patients, markers)), 3)


def plain_max_t(changes: np.ndarray) -> np.ndarray:
    """The same by one matrix product over all 2^n patterns: what one would write in numpy in a few lines."""
    n = changes.shape[0]
    signs = 1.0 - 2.0 * ((np.arange(1 << n)[:, None] >> np.arange(n)) & 1)
    sums = np.abs(signs @ changes)
    t = np.sqrt(n - 1) * sums / np.sqrt(np.maximum(1e-300, n * (changes**2).sum(axis=0) - sums**2))
    order = np.argsort(-t[0])
    t = t[:, order]
    largest = np.maximum.accumulate(t[:, ::-1], axis=1)[:, ::-1]
    adjusted = np.maximum.accumulate((largest >= t[0] * (1 - 1e-9)).mean(axis=0))
    return np.asarray(adjusted[np.argsort(order)])


def in_r(changes: np.ndarray) -> tuple[float, float] | None:
    """CPU and wall seconds of multtest for the same data, for all patterns; None without R and multtest."""
    r = shutil.which("Rscript")
    if r is None:
        return None
    call = R_CALL.format(markers=changes.shape[1])
    text = " ".join(map(repr, changes.ravel().tolist()))
    done = subprocess.run([r, "-e", call], input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    cpu, wall = map(float, done.stdout.split()[-2:])
    return cpu, wall


def main() -> None:
    """Print ours beside a plain matrix product, and beside multtest where R has it."""
    from costim.inference.families.westfall_young import compute_westfall_young

    changes = invent_changes()
    ours = compute_westfall_young(changes, statistic="t").adjusted
    if not np.allclose(np.array(ours, dtype=float), plain_max_t(changes), rtol=0, atol=1e-12):
        raise SystemExit("maxT: both ways must give the same p-values")
    name = "step-down maxT, 2^16 patterns x 20 markers"
    measured = in_process(lambda: compute_westfall_young(changes, statistic="t"), 10)
    show(name, measured, "numpy, one matrix product", in_process(lambda: plain_max_t(changes), 3))
    ranks = in_process(lambda: compute_westfall_young(changes), 10)
    print(f"  the same on signed ranks{'':<20} CPU {ranks[0]:10.3g} s   wall {ranks[1]:10.3g} s")
    peer = in_r(changes)
    if peer is None:
        print("  multtest (R) is not installed: no figure. scipy and statsmodels have no maxT.")
    else:
        print(f"  multtest::mt.maxT, B = 0{'':<20} CPU {peer[0]:10.3g} s   wall {peer[1]:10.3g} s")
        print(f"  ratio costim / multtest: CPU {measured[0] / peer[0]:.3g}, wall {measured[1] / peer[1]:.3g}")


if __name__ == "__main__":
    main()
