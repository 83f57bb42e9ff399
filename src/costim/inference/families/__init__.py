"""Several tests of one family: Holm, Benjamini-Hochberg, Westfall-Young."""
