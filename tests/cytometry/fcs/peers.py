"""Independent readers, each asked for the numbers as stored in the first data set."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Stored = NDArray[np.float64]


def by_flowio(path: Path) -> Stored:
    import flowio

    return np.asarray(flowio.FlowData(str(path)).as_array(preprocess=False))


def by_flowio_header(path: Path) -> Stored:
    """Places of DATA from the HEADER, its wrong ends forgiven."""
    import flowio

    return np.asarray(
        flowio.FlowData(str(path), ignore_offset_error=True, use_header_offsets=True).as_array(preprocess=False)
    )


def by_flowio_text(path: Path) -> Stored:
    """Places of DATA from TEXT, disagreement with the HEADER forgiven."""
    import flowio

    return np.asarray(
        flowio.FlowData(str(path), ignore_offset_error=True, ignore_offset_discrepancy=True).as_array(preprocess=False)
    )


def by_flowio_first_set(path: Path) -> Stored:
    import flowio

    return np.asarray(flowio.read_multiple_data_sets(str(path))[0].as_array(preprocess=False))


def by_flowcal(path: Path) -> Stored:
    import FlowCal

    return np.asarray(FlowCal.io.FCSData(str(path)), dtype=np.float64)


def by_fcsparser(path: Path) -> Stored:
    import fcsparser

    return np.asarray(fcsparser.parse(str(path), reformat_meta=False)[1].values, dtype=np.float64)


def ask(reader: Callable[[Path], Stored], path: Path) -> Stored:
    """A peer's numbers, its warnings and printing apart."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return np.asarray(reader(path), dtype=np.float64)
