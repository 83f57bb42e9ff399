"""Events per time observed: Poisson counts and their ratio."""
