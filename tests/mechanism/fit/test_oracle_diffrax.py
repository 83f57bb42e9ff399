"""The log density and its gradient beside an independent one: equations written again, diffrax, JAX's derivatives."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from tests.mechanism.fit.test_posterior import posterior_of, vector

pytestmark = [pytest.mark.oracle, pytest.mark.slow]


def rates(t: Any, y: Any, arguments: Any) -> Any:
    """The twelve equations of the reference, read there and not in the model file."""
    import jax.numpy as jnp

    p, start, amount, duration = arguments
    infusion = jnp.sum(jnp.where((t >= start) & (t < start + duration), amount / duration, 0.0))
    a1, a2, pr, n, m, g, x, ta, tm, s, ab, d = y
    c = a1 / p["V1"]
    b = (n + m) / (p["N0"] + p["M0"])
    kill = p["kmax"] * c / (p["EC50"] + c)

    def h(v: Any) -> Any:
        return v ** p["n"] * (1 + p["K"] ** p["n"]) / (p["K"] ** p["n"] + v ** p["n"])

    back = p["Q"] * a2 / p["V2"]
    help_ = p["rM"] * m / p["M0"] + (1 - p["rM"]) * n / p["N0"]
    return jnp.array(
        [
            infusion - (p["CL"] + p["CLT"] * b) * c - p["Q"] * c + back,
            p["Q"] * c - back,
            p["kP"] * (1 - pr) - p["fP"] * kill * pr,
            p["kN"] * (p["N0"] * pr - n) - kill * n,
            p["kM"] * (p["M0"] * n / p["N0"] * tm ** p["g"] - m) - p["fM"] * kill * m,
            p["kG"] * (help_ * h(tm) - g) - p["fG"] * kill * g,
            p["kX"] * (p["x0"] + (1 - p["x0"]) * h((g + ta) / 2) - x),
            p["kT"] * (p["bT"] + (1 - p["bT"]) * h(g * x) - ta),
            p["kTM"] * (ta - tm),
            p["kS"] * (g * tm - s),
            p["kAb"] * ((1 - p["fLL"]) * s + p["fLL"] - ab),
            p["kD"] * (p["wT"] * ta + (1 - p["wT"]) * ab - d),
        ]
    )


def outputs(p: Any, y: Any) -> Any:
    """Of the outputs tested, in their order; levels not worked in."""
    return {
        "drug": y[0] / p["V1"],
        "cd19": y[3] + y[4],
        "memory": y[4],
        "cd40": y[6],
        "icos": 0.2 * y[8],
        "anti_dsdna": 100.0 * y[10],
        "sledai": 18.0 * y[11],
    }


def solve(p: Any, start: np.ndarray, amount: np.ndarray, duration: np.ndarray, days: np.ndarray) -> Any:
    """(days, states)."""
    import diffrax
    import jax.numpy as jnp

    stops = np.unique(np.concatenate([start, start + duration]))
    y0 = jnp.array([0.0, 0.0, 1.0, p["N0"], p["M0"], *[1.0] * 7])
    return diffrax.diffeqsolve(
        diffrax.ODETerm(rates), diffrax.Tsit5(), 0.0, float(days[-1]), 0.01, y0, (p, start, amount, duration),
        saveat=diffrax.SaveAt(ts=days), max_steps=20_000,
        stepsize_controller=diffrax.ClipStepSizeController(
            diffrax.PIDController(rtol=1e-9, atol=1e-10), jump_ts=jnp.array(stops[stops < days[-1]])
        ),
    ).ys  # fmt: skip


def log_density(posterior: Any, x: Any) -> Any:
    """Priors and likelihood from the definitions of the distributions."""
    import jax.numpy as jnp
    from jax.scipy.special import gammaln
    from jax.scipy.stats import norm

    model, data, priors, at = posterior.model, posterior.data, posterior.priors, posterior.layout
    fixed = {name: entry.value for name, entry in model.parameters.items()}
    typical = x[at.values]
    sd = jnp.abs(x[at.between]) * 0.5
    sign = jnp.sign(x[at.between])
    deviations = x[at.deviations].reshape(len(data.subjects), -1) * sign
    total = jnp.sum(norm.logpdf(x)) + len(x) * 0.5 * np.log(2 * np.pi)
    for i in range(len(data.subjects)):
        size = (data.covariates[i, 0] / 1.8) ** 0.9
        p = {**fixed, "V1": fixed["V1"] * size, "V2": fixed["V2"] * size}
        for k, prior in enumerate(priors.values):
            t = prior.location + prior.scale * typical[k]
            if prior.name in priors.between:
                j = priors.between.index(prior.name)
                t = t + sd[j] * deviations[i, j]
            p[prior.name] = jnp.exp(t) if prior.distribution == "lognormal" else 1 / (1 + jnp.exp(-t))
        p["CL"] = p["CL"] * size
        s = data.schedule
        days = np.unique(data.day[data.subject == i])
        ys = solve(p, s.start[i], s.amount[i], s.duration[i], days)
        for o, name in enumerate(data.outputs):
            mine = np.flatnonzero((data.subject == i) & (data.output == o))
            f = outputs(p, ys.T)[name][np.searchsorted(days, data.day[mine])]
            scatter = x[at.scatter][o]
            low, high = data.lower[mine], data.upper[mine]
            group = priors.levels.get(name)
            found = [k for k, key in enumerate(posterior.likelihood.blocks.levels) if group and key == (i, group.group)]
            if name == "sledai":
                mean = f * jnp.exp(x[at.levels][found[0]] * group.scale)
                conc = 100.0 * jnp.exp(0.7 * scatter)
                a, b = mean / 105 * conc, (1 - mean / 105) * conc
                k = np.arange(106.0)[:, None]
                pmf = (
                    gammaln(106.0) - gammaln(k + 1) - gammaln(106 - k) + gammaln(k + a) + gammaln(105 - k + b)
                    - gammaln(105 + conc) - gammaln(a) - gammaln(b) + gammaln(conc)
                )  # fmt: skip
                inside = (k >= low) & (k <= high)
                total += jnp.sum(jnp.log(jnp.sum(jnp.where(inside, jnp.exp(pmf), 0.0), axis=0)))
                continue
            sigma = model.outputs[name].error_sd * jnp.exp(0.3 * scatter)
            offset = model.outputs[name].offset
            if found or group is None:
                level = x[at.levels][found[0]] * group.scale if found else 0.0
                if group is None and (low == high).all():
                    total += jnp.sum(norm.logpdf(np.log(low), jnp.log(f), sigma))
                    continue
                mu = jnp.log(f * jnp.exp(level) + offset)
                top = norm.cdf((np.log(high + offset) - mu) / sigma)
                exact = norm.logpdf(np.log(np.maximum(low, 1e-300) + offset), mu, sigma)
                total += jnp.sum(jnp.where(low == high, exact, jnp.log(top)))
            else:
                covariance = sigma**2 * jnp.eye(len(mine)) + group.scale**2
                r = np.log(low) - jnp.log(f)
                logdet = jnp.linalg.slogdet(covariance)[1]
                quadratic = r @ jnp.linalg.solve(covariance, r)
                total += -0.5 * (quadratic + logdet + len(mine) * np.log(2 * np.pi))
    return total


def test_log_density_and_gradient_match_jax_and_diffrax() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the libraries say of themselves while they are read
        import jax

        jax.config.update("jax_enable_x64", True)
        posterior = posterior_of(patients=2)
        x = vector(posterior, 3)
        x[posterior.layout.between] = [0.6, -0.4, 0.7]
        value, gradient = jax.jit(jax.value_and_grad(lambda v: log_density(posterior, v)))(x)
    found, slope = posterior(x)
    assert found == pytest.approx(float(value), abs=1e-4)
    assert np.abs(slope - np.asarray(gradient)).max() < 1e-4 * np.abs(slope).max()
