"""Inference: arrays in, frozen results out. It knows no table and no room; `compute_` names what may be called."""
