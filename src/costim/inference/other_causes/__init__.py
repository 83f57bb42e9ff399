"""What else could explain a change: regression to the mean, time, co-medication."""
