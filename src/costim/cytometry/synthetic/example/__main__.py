"""`python -m costim.cytometry.synthetic.example FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from costim.cytometry.synthetic.example.write import write_example


def main(arguments: list[str]) -> int:
    """Write the example study into the one folder named; 2 when there is not one."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write("Usage: python -m costim.cytometry.synthetic.example FOLDER\n")
        return 2
    write_example(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
