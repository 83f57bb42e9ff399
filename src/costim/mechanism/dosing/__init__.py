"""Who gets which drug when: regimens, event tables."""
