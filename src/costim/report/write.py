"""The report folder is written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from costim.errors import CostimError
from costim.report.plainfiles import GENERATOR

MARK = "provenance.json"
"""The file by which a report folder is known as ours."""
_STUDY_FILES = ("study.toml", "study.xlsx")
_ELSEWHERE = "Choose another folder with --out."


def write_outputs(folder: Path, files: Mapping[str, bytes | Path]) -> None:
    """Write all files into `folder` in one step.

    Everything goes to a new folder beside it first (same file system, synced to disk) and takes its place by renaming.
    An existing folder is replaced only if it is empty, or if costim wrote it and nothing in it was added or edited
    since. Whatever fails on the way, the old folder stays as it was and nothing else is left behind.

    Args:
        folder: The report folder; missing folders above it are made.
        files: Content, or a file to copy, by name relative to the folder (`/` between parts). `provenance.json` among
            them makes the folder replaceable by a later run.

    Raises:
        CostimError: the folder is not ours, holds a study, is a link or a file, or cannot be written.
        ValueError: a name leads out of the folder.
    """
    names = {_checked_name(name): content for name, content in files.items()}
    target = check_target(folder)
    with _explained(target):
        staged = _sibling(target, "new")
        try:
            staged.mkdir(parents=True)
            for name, content in names.items():
                _write_file(staged / name, content)
            for place in [*(p for p in sorted(staged.rglob("*")) if p.is_dir()), staged]:
                _sync(place)
            _take_place(staged, target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _checked_name(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise ValueError(f"{name!r} is no name of a file inside the report folder")
    return path


def check_target(folder: Path) -> Path:
    """The absolute path of the report folder, after making sure that nothing of the user's would be lost.

    Raises:
        CostimError: as `write_outputs`; called early, a long run is not made in vain.
    """
    if folder.is_symlink():
        raise CostimError(f"{folder} is a link. costim does not write through links. {_ELSEWHERE}")
    # `.` and `..` have no name of their own, so they are resolved whole.
    named = folder.name not in ("", "..")
    target = folder.parent.resolve() / folder.name if named else folder.resolve()
    standing = next(place for place in target.parents if place.exists())
    if not standing.is_dir():
        raise CostimError(f"{standing} is not a folder. {_ELSEWHERE}")
    if not os.access(standing, os.W_OK | os.X_OK):
        raise CostimError(f"You may not write in {standing}. {_ELSEWHERE}")
    if not target.exists():
        return target
    if not target.is_dir():
        raise CostimError(f"{folder} is a file, not a folder. {_ELSEWHERE}")
    if Path.cwd().is_relative_to(target):
        raise CostimError(f"{target} is the folder you are working in; it cannot be replaced. {_ELSEWHERE}")
    _check_ours(target, folder)
    return target


def _check_ours(target: Path, shown: Path) -> None:
    present = sorted(p for p in target.rglob("*") if p.is_symlink() or not p.is_dir())
    if not present and not any(target.iterdir()):
        return
    for name in _STUDY_FILES:
        if (target / name).exists():
            raise CostimError(f"{shown} holds a study ({name}); the report would replace it. {_ELSEWHERE}")
    outputs = _outputs_of(target / MARK)
    if outputs is None:
        raise CostimError(f"{shown} is not empty and was not written by costim. {_ELSEWHERE}")
    names = [p.relative_to(target).as_posix() for p in present]
    strange = [n for n in names if n != MARK and n not in outputs]
    if strange:
        raise CostimError(
            f"{shown} holds files that costim did not write: {_listed(strange)}. "
            "They would be lost: move them to another folder, or choose another folder with --out."
        )
    edited = [n for n, p in zip(names, present, strict=True) if n in outputs and _changed(p, outputs[n])]
    if edited:
        raise CostimError(
            f"{shown} holds files that were changed since costim wrote them: {_listed(edited)}. "
            "The changes would be lost: move these files to another folder, or choose another folder with --out."
        )


def _outputs_of(mark: Path) -> dict[str, str] | None:
    """Names and hashes of the files an earlier run wrote; None when the folder is not ours."""
    if mark.is_symlink() or not mark.is_file():
        return None
    try:
        data: Any = json.loads(mark.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("generator") != GENERATOR or not isinstance(data.get("outputs"), dict):
        return None
    return {str(name): str(digest) for name, digest in data["outputs"].items()}


def _changed(path: Path, digest: str) -> bool:
    if path.is_symlink():
        return True
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest() != digest


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def _sibling(target: Path, what: str) -> Path:
    return target.parent / f".{target.name}.costim-{what}-{secrets.token_hex(4)}"


def _write_file(path: Path, content: bytes | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else content.read_bytes()
    with path.open("xb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _sync(folder: Path) -> None:
    """Make the entries of a folder durable, where the system can."""
    with suppress(PermissionError, NotImplementedError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _take_place(staged: Path, target: Path) -> None:
    """Rename the new folder into place; a folder that stood there steps aside and comes back if that fails."""
    old = _sibling(target, "old")
    try:
        if target.exists():
            target.rename(old)
        staged.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
    _sync(target.parent)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise CostimError(
            f"The report could not be written to {target}: {reason}. Nothing was changed there. "
            "Free some space or choose another folder with --out, then run again."
        ) from error
