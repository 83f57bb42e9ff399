"""Errors a study coordinator can act on."""

from __future__ import annotations


class CostimError(Exception):
    """Something the user can mend; the message says what and how. Printed without a traceback."""
