"""A .docx is a zip: written again with fixed times and sorted names, so that equal reports have equal bytes."""

from __future__ import annotations

import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)


def repack(package: bytes) -> bytes:
    """The same parts in sorted order, without times of the machine."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist()):
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 3
            part.external_attr = 0o644 << 16
            target.writestr(part, source.read(name))
    return buffer.getvalue()
