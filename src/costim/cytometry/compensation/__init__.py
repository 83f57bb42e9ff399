"""Spillover matrices: where they come from, whether they can be solved, and what compensated values are."""
