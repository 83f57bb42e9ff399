"""Checked fits -> what a page says of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from costim.mechanism.fit.checks import Checked
from costim.mechanism.fit.cooperativity import Cooperativity
from costim.mechanism.fit.prior_predictive import PriorPredictive
from costim.mechanism.fit.rivals import Comparison, compare_scores
from costim.mechanism.observed.observed import Observed
from costim.registry.fit_record import FitForm, FitParameter, FitRecord

SCATTER = "scatter_"
SPREAD = "sd_"


def record_fits(
    study: str,
    seen: Observed,
    fits: Mapping[str, Checked],
    *,
    priors: Mapping[str, PriorPredictive],
    cooperativity: Cooperativity,
    figures: Mapping[str, tuple[tuple[str, str], ...]],
) -> FitRecord:
    """Words and numbers of a page.

    Args:
        study: its title.
        seen: what it told the model.
        fits: form of the model -> checked fit; at least one.
        priors: form -> what its priors expect.
        cooperativity: both forms of the loop with the doses of the study.
        figures: form -> stem and caption of each figure.
    """
    data = seen.data
    comparison = compare_scores({name: c.left_out for name, c in fits.items()}, "all readings and times to relapse")
    first = next(iter(fits.values())).fit
    counts = [
        (first.model.outputs[name].title, int((data.output == i).sum()), int((~data.exact & (data.output == i)).sum()))
        for i, name in enumerate(data.outputs)
    ]
    return FitRecord(
        study=study,
        subjects=len(data.subjects),
        readings=tuple(counts),
        relapse_known=int((~np.isnan(data.relapse[:, 0])).sum()),
        assumptions=tuple((a.what, ", ".join(a.subjects)) for a in seen.assumptions),
        unused=tuple((u.parameter, u.reason, u.rows, ", ".join(u.subjects)) for u in seen.unused),
        forms=tuple(
            _form(rival.model, fits[rival.model], priors[rival.model], comparison, figures)
            for rival in comparison.rivals
        ),
        sentences=(*comparison.sentences(), *_refitted(fits), cooperativity.sentence),
        chains=first.sampled.shape[0],
        draws=first.sampled.shape[1],
        seed=first.seed,
    )


def _refitted(fits: Mapping[str, Checked]) -> tuple[str, ...]:
    """Whose score is not that of importance sampling."""
    return tuple(
        f"{name}: scores of {', '.join(c.left_out.refitted)} are of fits to the other patients alone."
        for name, c in fits.items()
        if c.left_out.refitted
    )


def _form(
    name: str,
    checked: Checked,
    priors: PriorPredictive,
    comparison: Comparison,
    figures: Mapping[str, tuple[tuple[str, str], ...]],
) -> FitForm:
    rival = next(r for r in comparison.rivals if r.model == name)
    model = checked.fit.model
    return FitForm(
        name=name,
        title=model.title,
        prose=model.prose,
        parameters=parameters_of(checked),
        untrusted=checked.reasons,
        priors=tuple(
            (
                e.reality.title,
                f"{e.median:.2g} ({e.lower:.2g} to {e.upper:.2g})",
                f"{e.reality.low:g} to {e.reality.high:g}",
                e.reality.evidence,
            )
            for e in priors.expectations
        ),
        notes=notes_of(checked),
        elpd=rival.elpd,
        elpd_se=rival.se,
        difference=rival.difference,
        difference_se=rival.difference_se,
        doubtful=rival.doubtful,
        figures=figures.get(name, ()),
    )


def parameters_of(checked: Checked) -> tuple[FitParameter, ...]:
    """Estimates with their contraction, in the order of the fit."""
    model, priors = checked.fit.model, {p.name: p for p in checked.fit.priors.values}
    contracted = {c.name: c for c in checked.contractions}
    found = []
    for e in checked.estimates:
        base = e.name.removeprefix(SPREAD)
        c = contracted.get(e.name)
        if e.name.startswith(SCATTER):
            output = model.outputs[e.name.removeprefix(SCATTER)]
            title, unit, evidence = f"Scatter of readings: {output.title}", "", "derived"
            if output.error == "count":
                title = f"Concentration of scores: {output.title}"
        else:
            parameter = model.parameters[base]
            title, unit, evidence = parameter.title, parameter.unit, priors[base].evidence
            if e.name.startswith(SPREAD):
                title, unit, evidence = f"Between patients: {parameter.title}", "", "derived"
        found.append(
            FitParameter(
                name=e.name,
                title=title,
                unit=unit,
                evidence=evidence,
                median=e.median,
                lower=e.lower,
                upper=e.upper,
                rse=e.rse,
                contraction=None if c is None else c.contraction,
                informed=c is not None and c.informed,
                words="" if c is None else c.words,
            )
        )
    return tuple(found)


def notes_of(checked: Checked) -> tuple[str, ...]:
    """Sentences on what was checked."""
    found = [_errors(checked), _relapse(checked)]
    for s in checked.shrinkages:
        found.append(f"Shrinkage of {s.name} towards the typical patient is {100 * s.shrinkage:.0f} %: {s.words}.")
    for t in checked.ties:
        found.append(f"{t.first} and {t.second} cannot be told apart (rank correlation {t.correlation:.2f}).")
    share = checked.fit.diagnostics.unstable_share
    if share > 0:
        found.append(f"{100 * share:.1f} % of the patients' draws have a baseline that is not stable.")
    poor = [s for s, e in zip(checked.fit.data.subjects, checked.population.marginals.effective, strict=True) if e < 3]
    if poor:
        found.append(f"The scores of subjects {', '.join(poor)} rest on hardly any inner draws; ask for more of them.")
    return tuple(filter(None, found))


def _errors(checked: Checked) -> str:
    n = checked.npde
    if n is None:
        return "There are too few readings to judge prediction errors."
    verdict = "as the model expects" if n.p > 0.05 else "not as the model expects"
    return (
        f"Prediction errors (NPDE) of {n.n} readings are {verdict}: mean {n.mean:.2f} (expected 0), variance "
        f"{n.variance:.2f} (expected 1), p = {n.p:.2g} for the three tests together. The readings were used for the "
        "fit, so that this check errs on the kind side."
    )


def _relapse(checked: Checked) -> str:
    r = checked.population
    if not r.known:
        return "Nothing is known of relapse."
    return (
        f"What is known of relapse in {r.known} patients is part of estimates and contraction, by importance sampling: "
        f"{r.effective:.0f} of {len(r.weights)} draws are left in effect (Pareto k {r.pareto_k:.2f})."
    )
