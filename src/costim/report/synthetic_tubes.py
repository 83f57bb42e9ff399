"""Tubes whose files say of themselves that their events were made and not measured."""

from __future__ import annotations

from costim.registry.cytometry_record import TubeRecord

_WORD = "synthetic"


def is_synthetic(tube: TubeRecord) -> bool:
    """Does the file name a synthetic instrument (`$CYT costim synthetic`)?"""
    return any(_WORD in value.casefold() for _, value in tube.instrument)
