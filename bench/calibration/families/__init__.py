"""One module per family; each offers `CASES`."""
