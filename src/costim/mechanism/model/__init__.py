"""The model as data: states, parameters with their evidence, equations; and what can be worked out of them."""
