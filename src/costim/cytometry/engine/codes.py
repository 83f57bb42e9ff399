"""What a quick look at an event may say: outside, inside, or that the plain rule has to decide."""

OUT = 0
UNSURE = 1
IN = 3
"""Codes join by `&`: outside wins, then doubt."""
FAR = 1e100
"""Beyond it on either side transforms may leave the range of doubles: the plain rule has to decide. NaN is beyond."""
