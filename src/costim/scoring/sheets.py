"""Score sheets as files, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from costim.errors import CostimError
from costim.measures.problems import InputError
from costim.registry.measure_catalogue import measures
from costim.scoring.asked import read_asked
from costim.scoring.sheet import render_sheet


def read_name(name: str) -> tuple[str, str]:
    """Code and variant of `sledai` or `sledai:selena`.

    Raises:
        InputError: no such measure or variant.
    """
    asked, problems = read_asked([name])
    if problems:
        raise InputError(problems)
    return asked[0]


def write_sheet(code: str, variant: str = "", path: Path | None = None) -> str:
    """The sheet as HTML; written to `path` when there is one.

    Raises:
        CostimError: the file could not be written.
    """
    text = render_sheet(code, variant)
    if path is not None:
        _write(path, text)
    return text


def write_all_sheets(folder: Path) -> list[Path]:
    """One file per measure, `<code>.html`, in its default variant; the folder is made when it is not there.

    Raises:
        CostimError: the folder or a file could not be written.
    """
    pages = {folder / f"{code}.html": render_sheet(code) for code in measures()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise _unwritable(folder, problem) from None
    for path, text in pages.items():
        _write(path, text)
    return list(pages)


def _write(path: Path, text: str) -> None:
    try:
        with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            half = Path(file.name)
            file.write(text.encode())
        try:
            half.chmod(0o644)
            half.replace(path)
        except OSError:
            half.unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise _unwritable(path, problem) from None


def _unwritable(path: Path, problem: OSError) -> CostimError:
    return CostimError(f"{path} could not be written: {problem.strerror}. Choose another place with --out.")
