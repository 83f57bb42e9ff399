"""Models with values and doses as SBML documents, out and in."""
