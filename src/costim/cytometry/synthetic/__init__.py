"""Synthetic samples of a B/T panel with the truth beside them."""
