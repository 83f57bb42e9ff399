"""Sizes and inks of every figure of the house. Lengths are in millimetres, text in points."""

SINGLE = 85.0
"""Width of one journal column."""
DOUBLE = 170.0
"""Width of two journal columns."""
TEXT = 7.0
MM = 25.4
"""Millimetres in an inch."""

INK = "#1A1A1A"
GREY = "#6B6B6B"
PALE = "#D4D4D4"
FAINT = "#EFEFEF"
BETTER = "#0072B2"
WORSE = "#D55E00"
NEITHER = "#5B5B5B"
