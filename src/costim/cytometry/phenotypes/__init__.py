"""Counts, shares and levels of populations, each with an interval and limits of detection."""
