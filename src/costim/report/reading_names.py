"""Alternative readings that no file names, in words."""

from __future__ import annotations

from types import MappingProxyType

READINGS = MappingProxyType(
    {
        "mfi_floor=lod": "few cells let in",
        "mfi_floor=lloq": "few cells left out",
    }
)
"""Short, for figures."""
MEANINGS = MappingProxyType(
    {
        "mfi_floor=lod": "levels measured on few cells, above the limit of detection but below that of quantification",
        "mfi_floor=lloq": "no levels from cells below the limit of quantification",
    }
)
"""What a reading lets in, for the text."""
