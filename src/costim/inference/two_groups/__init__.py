"""Two groups of patients compared: scores of patients, and the permutation test of their sum."""
