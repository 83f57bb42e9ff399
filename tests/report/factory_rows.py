"""Short ways to write rows by hand."""

from __future__ import annotations

from typing import Any

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.registry.parameters import parameter as look_up


def number(subject: str, code: str, value: float, table: str, column: str, **more: Any) -> Measurement:
    """An exact value with its cell."""
    visit = more.get("visit", "")
    key = "|".join(p for p in (subject, visit, more.get("item", "")) if p)
    more.setdefault("unit", look_up(code).unit)
    return Measurement(
        subject=subject,
        parameter=code,
        value=value,
        lower=value,
        upper=value,
        relation="=",
        source=table,
        cells=(f"{table}/{key}/{column}",),
        **more,
    )


def bounds(
    subject: str, code: str, limits: tuple[float | None, float | None], table: str, column: str, **more: Any
) -> Measurement:
    """A value known only within limits."""
    lower, upper = limits
    visit = more.get("visit", "")
    key = "|".join(p for p in (subject, visit, more.get("item", "")) if p)
    relation = "range" if lower is not None and upper is not None else ("<=" if lower is None else ">=")
    more.setdefault("unit", look_up(code).unit)
    more.setdefault("flags", ("range_value",))
    return Measurement(
        subject=subject,
        parameter=code,
        lower=lower,
        upper=upper,
        relation=relation,
        source=table,
        cells=(f"{table}/{key}/{column}",),
        **more,
    )


def category(subject: str, code: str, text: str, table: str, column: str, **more: Any) -> Measurement:
    """A category."""
    visit = more.get("visit", "")
    key = "|".join(p for p in (subject, visit, more.get("item", "")) if p)
    return Measurement(
        subject=subject, parameter=code, text=text, source=table, cells=(f"{table}/{key}/{column}",), **more
    )


def missing(subject: str, code: str, reason: str, table: str, column: str, **more: Any) -> Measurement:
    """A cell that carries a missing word."""
    key = "|".join(p for p in (subject, more.get("visit", "")) if p)
    return Measurement(
        subject=subject, parameter=code, missing=reason, source=table, cells=(f"{table}/{key}/{column}",), **more
    )


def ids(rows: list[Measurement]) -> tuple[str, ...]:
    """Measurement ids, in order."""
    return tuple(row.measurement_id for row in rows)


def described(
    code: str, where: tuple[str, str], values: dict[str, float], rows: list[Measurement], n: int, **more: Any
) -> list[Effect]:
    """Rows `mean`, `sd`, `median`, `minimum`, `maximum` of one contrast and stratum."""
    contrast, stratum = where
    more.setdefault("unit", look_up(code).unit)
    return [
        Effect(
            parameter=code,
            method=method,
            contrast=contrast,
            stratum=stratum,
            n=n,
            estimate=value,
            measurements=ids(rows),
            **more,
        )
        for method, value in values.items()
    ]
