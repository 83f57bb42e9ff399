"""Rows of the hierarchical model: mean change, spread between patients, each patient's change, under three priors."""

from __future__ import annotations

from dataclasses import replace
from math import isinf

from costim.effects.paired.noise import Noise, noise_of, patient_row
from costim.effects.paired.question import PairedQuestion
from costim.inference.shrinkage.hierarchical_normal import Posterior, compute_hierarchical_normal
from costim.inference.shrinkage.normal_prior import NormalPrior, choose_priors
from costim.inference.shrinkage.reliable_change import compute_noise_sd
from costim.registry.effects import Effect


def estimate_shrunken_change(question: PairedQuestion) -> list[Effect]:
    """Rows for each prior (strata `mean`, `between_sd`, subjects).

    None unless `[[other_causes]]` has an entry for the parameter and there is a test-retest SD.
    The enthusiastic prior needs `worthwhile` of `[[other_causes]]`. Readings known only within ranges give rows
    without numbers: a posterior over unknown inputs would need another model.
    """
    noise = noise_of(question)
    if noise is None:
        return []
    noise_sd = compute_noise_sd(noise.within_sd, noise.baselines)
    assumed = question.other_causes
    priors = choose_priors(noise_sd, None if assumed is None else assumed.worthwhile)
    return [row for prior in priors for row in _rows(question, noise, noise_sd, prior)]


def _rows(question: PairedQuestion, noise: Noise, noise_sd: float, prior: NormalPrior) -> list[Effect]:
    changes = question.changes
    ids = tuple(sorted({*question.base.measurements, *noise.measurements}))
    few = ("prior_decides",) if 0 < len(changes.rows) < 3 else ()
    flags = (*question.base.flags, *noise.flags, *few)
    base = replace(question.base, method="shrunken_change", variant=prior.name, level=question.level, flags=flags)
    base = replace(base, text=describe_prior(prior))
    mean, spread = (replace(base, stratum=stratum, measurements=ids) for stratum in ("mean", "between_sd"))
    patients = {p.subject: patient_row(question, p.subject, base) for p in question.pairs}
    if not changes.is_exact:
        empty = [mean, spread, *(row for row in patients.values() if row.n)]
        told = [replace(row, flags=(*row.flags, "ranges_not_taken")) for row in empty]
        return told + [row for row in patients.values() if not row.n]
    observed = [row.change[0] for row in changes.rows]
    found = compute_hierarchical_normal(observed, noise_sd, prior, noise_df=noise.df, level=question.level)
    for row, posterior in zip(changes.rows, found.patients, strict=True):
        # A patient's posterior rests on the changes of all.
        patients[row.subject] = replace(_fill(patients[row.subject], posterior), measurements=ids)
    return [_fill(mean, found.mean), _fill(spread, found.between_sd), *patients.values()]


def _fill(row: Effect, posterior: Posterior | None) -> Effect:
    if posterior is None:
        return row
    return replace(row, estimate=posterior.estimate, lower=posterior.lower, upper=posterior.upper)


def describe_prior(prior: NormalPrior) -> str:
    """The prior with its numbers, as printed beside the result."""
    centre = f"{prior.mean:.3g}"
    mean = "every mean equally likely" if isinf(prior.mean_sd) else f"mean {centre} (SD {prior.mean_sd:.3g})"
    return f"{mean}; SD between patients half-Cauchy, scale {prior.between_scale:.3g}"
