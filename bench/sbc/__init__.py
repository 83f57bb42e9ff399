"""Simulation-based calibration of the fit: studies drawn from the priors, fitted again, true values ranked."""
