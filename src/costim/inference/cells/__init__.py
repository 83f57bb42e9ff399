"""Statistics of single cells of one sample: counts, levels, limits of detection, calibration."""
