"""Single visits without a study folder: JSON or CSV in, results, citations and score sheets out."""
