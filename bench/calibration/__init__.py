"""Calibration by simulation: how often intervals cover and tests reject, for every method the program prints."""
