"""Ready strategies by name, and thresholds found in the data, fixed per subject across visits."""
