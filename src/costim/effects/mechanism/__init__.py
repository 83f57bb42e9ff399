"""The study's doses in virtual patients of the mechanistic model, beside what the study saw."""
