"""Trajectories from values and infusions: compiled, parallel, with error control."""
