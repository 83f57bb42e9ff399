"""The next study: power, sample size, stopping boundaries."""
