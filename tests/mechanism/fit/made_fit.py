"""A fit that no sampler made: draws about the truth of a simulated study, unfolded and diagnosed as real ones are."""

from __future__ import annotations

import numpy as np

from costim.mechanism.dosing.of_patients import schedule_of
from costim.mechanism.dosing.regimen import REGIMENS
from costim.mechanism.fit.diagnose import diagnose
from costim.mechanism.fit.posterior import make_posterior
from costim.mechanism.fit.priors import default_priors
from costim.mechanism.fit.result import Fit
from costim.mechanism.fit.simulate_data import simulate_data
from costim.mechanism.fit.start import starts
from costim.mechanism.fit.unfold import unfold
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.observed.data import FitData

OUTPUTS = ("cd19", "cd40", "sledai")
DAYS = (0.0, 28.0, 90.0, 180.0, 365.0)


def pattern(patients: int = 4) -> FitData:
    """Infusions and days of a small study; readings are placeholders."""
    model = load_model("loop")
    regimens = [list(REGIMENS.values())[i % 3 + 1] for i in range(patients)]
    sizes = np.tile([c.value for c in model.covariates.values()], (patients, 1))
    rows = [(s, d, o) for s in range(patients) for d in DAYS for o in range(len(OUTPUTS))]
    subject, day, output = (np.array(column) for column in zip(*rows, strict=True))
    return FitData(
        subjects=tuple(str(i + 1) for i in range(patients)),
        schedule=schedule_of(model, regimens, sizes),
        covariate_names=tuple(model.covariates),
        covariates=sizes,
        outputs=OUTPUTS,
        subject=subject.astype(np.int64),
        output=output.astype(np.int64),
        day=day.astype(float),
        lower=np.ones(len(rows)),
        upper=np.ones(len(rows)),
        relapse=np.full((patients, 2), np.nan),
    )


def simulated(name: str = "loop", patients: int = 4, seed: int = 3) -> FitData:
    """Readings drawn from the priors of a model, CD19 with a limit of 2 per uL."""
    return simulate_data(load_model(name), pattern(patients), seed=seed, limits={"cd19": 2.0}).data


def made_fit(name: str = "loop", data: FitData | None = None, draws: int = 60, spread: float = 0.3) -> Fit:
    """Draws about the centre of the priors, levels at the first readings; `spread` in prior standard deviations."""
    model, data = load_model(name), data or simulated()
    posterior = make_posterior(model, data, default_priors(model))
    centre = starts(posterior, 1)(0)
    random = np.random.default_rng(11)
    sampled = centre + spread * random.standard_normal((2, draws // 2, posterior.layout.size))
    sampled[..., posterior.layout.between] = np.abs(sampled[..., posterior.layout.between])
    parts = unfold(posterior, sampled, 1)
    return Fit(
        model=model,
        data=data,
        priors=posterior.priors,
        seed=1,
        draws=parts.draws,
        sampled=sampled,
        values=parts.values,
        levels=parts.levels,
        log_likelihood=parts.log_likelihood,
        diagnostics=diagnose(posterior, sampled, parts.values, 0),
        seconds=0.0,
    )
