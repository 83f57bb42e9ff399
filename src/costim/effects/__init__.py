"""Effects: measurement rows -> effect rows. `compute_` takes arrays, `estimate_` takes tables."""
