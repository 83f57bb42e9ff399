"""Fitting few patients honestly: priors, gradients, the sampler and its diagnostics."""
