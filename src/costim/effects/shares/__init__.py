"""Rows about one share of subjects; each module gives those of one method, see `estimate_proportion.METHODS`."""
