"""Deviations of patients as far from the population as their own readings hold them.

Where readings pin a patient down, a deviation in standard deviations between patients must shrink whenever the
standard deviation grows: a bent ridge. Where readings say nothing, a deviation from the mean would have the funnel
instead. So each deviation is centred by as much as its readings say (partial centring: Papaspiliopoulos, Roberts, Skold
2007, Stat Sci 22:59), with the precision `lam` of the likelihood about `peak`, both taken once at a reference point:

    eta = lam*s*(peak - mu)/(1 + lam*s^2) + xi/sqrt(1 + lam*s^2)

is standard normal in xi where the likelihood is normal, whatever mu and s. The change of variables is accounted for:
lam and peak decide on speed, never on the posterior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.posterior import Posterior

Floats = NDArray[np.float64]
STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Centred:
    """The posterior with xi in the place of eta."""

    posterior: Posterior
    precision: Floats
    """(patients, Priors.between), of the likelihood of a patient's value on its logarithm or logit."""
    peak: Floats
    """(patients, Priors.between), where that likelihood is highest."""

    @property
    def size(self) -> int:
        """Length of the vector."""
        return self.posterior.layout.size

    def plain(self, xi: Floats) -> Floats:
        """The vector of the posterior."""
        eta = self._parts(xi)[0]
        x = xi.copy()
        x[self.posterior.layout.deviations] = eta.ravel()
        return x

    def centred(self, x: Floats) -> Floats:
        """The inverse of `plain`."""
        _, s, gap, width = self._parts(x)
        eta = x[self.posterior.layout.deviations].reshape(gap.shape)
        xi = x.copy()
        xi[self.posterior.layout.deviations] = ((eta - self.precision * s * gap / width) * np.sqrt(width)).ravel()
        return xi

    def __call__(self, xi: Floats) -> tuple[float, Floats]:
        """Log density and gradient."""
        at, priors = self.posterior.layout, self.posterior.priors
        eta, s, gap, width = self._parts(xi)
        x = xi.copy()
        x[at.deviations] = eta.ravel()
        value, gradient = self.posterior(x)
        by_eta = gradient[at.deviations].reshape(eta.shape)
        own = xi[at.deviations].reshape(eta.shape)
        found = gradient.copy()
        found[at.deviations] = (by_eta / np.sqrt(width)).ravel()
        lam = self.precision
        by_s = lam * gap * (1 - lam * s * s) / width**2 - own * lam * s / width**1.5
        found[at.between] += ((by_eta * by_s - lam * s / width).sum(axis=0)) * priors.between_scale
        scale = np.array([p.scale for p in priors.values if p.between])
        by_mu = np.zeros(len(priors.values))
        by_mu[[p.between for p in priors.values]] = -(by_eta * lam * s / width).sum(axis=0) * scale
        found[at.values] += by_mu
        return value - 0.5 * float(np.log(width).sum()), found

    def _parts(self, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """eta, signed standard deviations, peak - mu, 1 + lam*s^2."""
        at, priors = self.posterior.layout, self.posterior.priors
        s = x[at.between] * priors.between_scale
        chosen = [i for i, p in enumerate(priors.values) if p.between]
        location = np.array([priors.values[i].location for i in chosen])
        mu = location + x[at.values][chosen] * np.array([priors.values[i].scale for i in chosen])
        gap = self.peak - mu
        width = 1 + self.precision * s * s
        own = x[at.deviations].reshape(gap.shape)
        return self.precision * s * gap / width + own / np.sqrt(width), s, gap, width


def centre(posterior: Posterior, reference: Floats) -> Centred:
    """Precisions and peaks at a reference point: a mode with the standard deviations between patients held."""
    at, priors = posterior.layout, posterior.priors
    patients, between = len(posterior.data.subjects), len(priors.between)
    s = reference[at.between] * priors.between_scale
    variance = _own_variance(posterior, reference)
    # What the readings add to the prior's precision of 1, in units of the value itself.
    lam = np.maximum(1 / np.maximum(variance, 1e-6) - 1, 1e-3) / s**2
    chosen = [i for i, p in enumerate(priors.values) if p.between]
    location = np.array([priors.values[i].location for i in chosen])
    mu = location + reference[at.values][chosen] * np.array([priors.values[i].scale for i in chosen])
    eta = reference[at.deviations].reshape(patients, between)
    peak = mu + np.clip(eta * (1 + lam * s * s) / (lam * s), -3, 3)
    return Centred(posterior, lam, peak)


def _own_variance(posterior: Posterior, x: Floats) -> Floats:
    """(patients, Priors.between), variance of each deviation with the population held, levels and the others let go.

    Given the population patients are independent: one difference of gradients serves all of them at once.
    """
    at = posterior.layout
    patients, between = len(posterior.data.subjects), len(posterior.priors.between)
    own = [[at.deviations.start + i * between + k for k in range(between)] for i in range(patients)]
    for position, (patient, _) in enumerate(posterior.likelihood.blocks.levels):
        own[patient].append(at.levels.start + position)
    hessians = [np.eye(len(mine)) for mine in own]
    for k in range(max(map(len, own))):
        step = np.zeros_like(x)
        step[[mine[k] for mine in own if k < len(mine)]] = STEP
        change = (posterior(x + step)[1] - posterior(x - step)[1]) / (2 * STEP)
        for hessian, mine in zip(hessians, own, strict=True):
            if k < len(mine):
                hessian[k] = -change[mine]
    found = np.empty((patients, between))
    for i, hessian in enumerate(hessians):
        curvature, axes = np.linalg.eigh((hessian + hessian.T) / 2)
        inverse = (axes / np.maximum(curvature, 0.3)) @ axes.T
        found[i] = np.minimum(np.diag(inverse)[:between], 0.999)
    return found
