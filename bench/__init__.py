"""Benchmarks and the calibration study."""
