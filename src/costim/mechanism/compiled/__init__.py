"""The equations as plain functions on floats, generated from the model and committed; numba compiles them."""
