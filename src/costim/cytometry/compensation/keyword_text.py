"""The text of `$SPILLOVER` and its kin: how many, names, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.compensation.problem import CompensationError, MatrixProblem
from costim.cytometry.fcs.findings import FcsFinding
from costim.cytometry.fcs.keywords import decimal

MOST_SHOWN = 5
EXPECTED = "n, then n channel names, then n x n numbers with decimal points, all separated by commas"


@dataclass(frozen=True, slots=True)
class WrittenMatrix:
    """A square matrix as it is written, names not yet looked up."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    """Shape (n, n)."""
    findings: tuple[FcsFinding, ...]


def parse_named(text: str, known: Sequence[str], where: str) -> WrittenMatrix:
    """Read `n,name1,...,namen,v11,v12,...,vnn` (FCS 3.1, section 3.2.18).

    Args:
        text: Value of the keyword.
        known: Names of the channels of the file; a name with commas in it is recognised by them.
        where: Keyword or file, for messages.

    Raises:
        CompensationError: any other form; the message says which part is wrong.
    """
    tokens = _tokens(text)
    size = _size(tokens[0], where)
    names, rest = _names(tokens[1:], size, {name.strip() for name in known})
    values, findings = _numbers(rest, size, where)
    return WrittenMatrix(tuple(names), values, findings)


def parse_unnamed(text: str, where: str) -> tuple[NDArray[np.float64], tuple[FcsFinding, ...]]:
    """Read `n,v11,v12,...,vnn`, the form of `$COMP` in FCS 3.0; with what was repaired.

    Raises:
        CompensationError: any other form.
    """
    tokens = _tokens(text)
    return _numbers(tokens[1:], _size(tokens[0], where), where)


def _tokens(text: str) -> list[str]:
    """What stands between commas, without blanks, and without commas at the end."""
    tokens = [token.strip() for token in text.replace("\r", " ").replace("\n", " ").split(",")]
    while len(tokens) > 1 and not tokens[-1]:
        tokens.pop()
    return tokens


def _size(token: str, where: str) -> int:
    if not re.fullmatch(r"\d{1,4}", token) or int(token) == 0:
        problem = MatrixProblem(
            where, f"'{token[:40]}' as the first entry", EXPECTED, "export the file again, or give a CSV"
        )
        raise CompensationError([problem])
    return int(token)


def _names(tokens: list[str], size: int, known: set[str]) -> tuple[list[str], list[str]]:
    """`size` names from the front; of several readings of commas, the longest name that the file has."""
    most_commas = max((name.count(",") for name in known), default=0)
    names: list[str] = []
    place = 0
    while len(names) < size and place < len(tokens):
        for parts in range(most_commas + 1, 0, -1):
            # Spaces around a comma of a name were stripped with the tokens; both spellings are tried.
            joined = {",".join(tokens[place : place + parts]), ", ".join(tokens[place : place + parts])}
            if parts == 1 or joined & known:
                names.append(min(joined & known, default=tokens[place]))
                place += parts
                break
    return names, tokens[place:]


def _numbers(tokens: list[str], size: int, where: str) -> tuple[NDArray[np.float64], tuple[FcsFinding, ...]]:
    count = size * size
    findings: tuple[FcsFinding, ...] = ()
    if len(tokens) == 2 * count and all(re.fullmatch(r"[+-]?\d+", token) for token in tokens):
        tokens = [f"{whole}.{part}" for whole, part in zip(tokens[::2], tokens[1::2], strict=True)]
        found, expected = "decimal commas (2 n x n whole numbers)", "decimal points"
        findings = (FcsFinding("spillover_decimal_comma", "repair", where, found, expected, "read as decimal commas"),)
    problems = []
    if len(tokens) != count:
        problems.append(
            MatrixProblem(
                where,
                f"{len(tokens)} numbers for {size} channels",
                f"{count}",
                "look for a cut value or a comma within a name that no channel has, or give a matrix as CSV",
            )
        )
    bad = [token for token in tokens if decimal(token) is None]
    if bad:
        shown = ", ".join(f"'{token[:40]}'" for token in bad[:MOST_SHOWN])
        more = f" and {len(bad) - MOST_SHOWN} more" if len(bad) > MOST_SHOWN else ""
        problems.append(MatrixProblem(where, f"{shown}{more} among the numbers", EXPECTED))
    if problems:
        raise CompensationError(problems)
    return np.array([float(token) for token in tokens]).reshape(size, size), findings
