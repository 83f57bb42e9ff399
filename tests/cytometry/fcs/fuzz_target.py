"""What must hold for any bytes whatsoever; run by itself it is a fuzz target of atheris.

Only FcsError may come out of opening; what opens must be readable, and say what is odd in words.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def check_any_bytes(data: bytes, path: Path) -> None:
    """Write the bytes to `path`, open each of the first two data sets, and use what was opened."""
    from costim.cytometry.fcs.findings import FcsError, findings_of
    from costim.cytometry.fcs.read import open_fcs
    from costim.cytometry.fcs.values import check_values

    path.write_bytes(data)
    for data_set in (0, 1):
        try:
            file = open_fcs(path, data_set)
        except FcsError as refusal:
            assert str(refusal).startswith(path.name), "a refusal names the file"
            assert refusal.problems, "a refusal has reasons"
            continue
        assert file.channels, "a file that opens has channels"
        assert len(file.layout.columns) == len(file.channels)
        assert file.data_begin + file.layout.bytes_of(file.events) <= len(data), "DATA lies within the file"
        every = range(len(file.channels))
        values = file.read(every, 0, 50)
        assert values.shape == (min(50, file.events), len(file.channels))
        assert len(file.count_not_finite(every)) == len(file.channels)
        assert all(finding.found and finding.action for finding in findings_of(file))
        check_values(file)
        raw = file.raw()
        assert raw is None or raw.shape == (file.events, len(file.channels))
        try:
            assert 0 <= file.find("CD19") < len(file.channels)
        except FcsError as refusal:
            assert refusal.problems


MEMORY = 1500 * 2**20
"""Bytes of data. Not -rss_limit_mb: the peak that libFuzzer asks for is inherited from whoever started this process."""


def main() -> None:
    import resource

    import atheris

    with atheris.instrument_imports(include=["costim.cytometry.fcs"]):
        import costim.cytometry.fcs.read
        import costim.cytometry.fcs.values  # noqa: F401

    with TemporaryDirectory() as folder:
        path = Path(folder) / "tube.fcs"
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        atheris.Setup(sys.argv, lambda data: check_any_bytes(data, path))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
