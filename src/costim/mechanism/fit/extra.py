"""What the extra `[fit]` brings, asked for only when it is needed."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from costim.errors import CostimError


def need(name: str) -> Any:
    """A library of the extra `[fit]`.

    Raises:
        CostimError: it is not installed; the message says how to install it.
    """
    try:
        with warnings.catch_warnings():  # what a library has to say to programmers while it is read is not for users
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError as error:
        raise CostimError(
            f"Fitting needs {name}, which is not installed. Install it with: pip install 'costim[fit]'"
        ) from error


def need_arviz() -> Any:
    """ArviZ."""
    return need("arviz")
