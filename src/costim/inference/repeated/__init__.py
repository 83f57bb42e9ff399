"""Several visits per patient: mixed model by REML with small-sample degrees of freedom, Friedman's test."""
