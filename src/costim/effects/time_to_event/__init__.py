"""Parts of the estimate of a time to an event: one file per kind of row."""
