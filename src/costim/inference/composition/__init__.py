"""Change of a mean over mixed cells: composition or expression."""
