"""Many visits at once: the rules of single visits, applied once per distinct combination of facts."""
