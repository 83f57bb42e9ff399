"""Gating strategies as data: the model, its readable file, its digest, its differences, its plain evaluation."""
