"""The next study planned with the model: power and precision by simulation, the model's own uncertainty carried."""
