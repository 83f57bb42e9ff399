"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from costim.errors import CostimError


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` in place of what `path` holds; a program that stops halfway leaves the old file as it was.

    Raises:
        CostimError: the folder is not there or cannot be written to, or there is no space.
    """
    staged = ""
    try:
        number, staged = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(staged).chmod(0o644)
        Path(staged).replace(path)
    except OSError as problem:
        Path(staged).unlink(missing_ok=True) if staged else None
        raise CostimError(
            f"{path} could not be written: {problem.strerror}. Name a file in a folder that is there."
        ) from None
    except BaseException:
        Path(staged).unlink(missing_ok=True) if staged else None
        raise
