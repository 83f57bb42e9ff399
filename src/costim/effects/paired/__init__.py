"""Rows about one paired change; each module gives those of one method, see `estimate_paired_change.METHODS`."""
