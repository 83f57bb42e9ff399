"""What keeps phenotypes from being written."""

from __future__ import annotations

from costim.errors import CostimError


class PhenotypeError(CostimError):
    """Controls or beads that do not fit; the message names each one, what was expected and what to do."""
