"""Public FCS files, read in place beside the repository; they are never part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FCS_DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "fcs"


@pytest.fixture(scope="session")
def fcs_data() -> Path:
    """Folder of public FCS files; where absent, the test is skipped, or fails if COSTIM_NO_SKIP forbids skipping."""
    if not FCS_DATA.is_dir():
        if os.environ.get("COSTIM_NO_SKIP") == "1":
            pytest.fail(f"COSTIM_NO_SKIP=1 is set, and the public FCS files are not at {FCS_DATA}")
        pytest.skip("the public FCS files are not beside the repository (../shared/data/fcs)")
    return FCS_DATA
