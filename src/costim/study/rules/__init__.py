"""Checks that need more than one cell; each takes tables and the plan and gives findings."""
