"""What differs between two strategies, in words a coordinator reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from costim.cytometry.gates.canonical import strategy_content
from costim.cytometry.gates.model import Strategy


@dataclass(frozen=True, slots=True)
class GateDifference:
    """One thing that is not the same: `before` and `after` as text, blank where it does not exist."""

    part: str
    """`gate b_cells`, `transform fluorescence` ..."""
    what: str
    """`bounds, CD19, matrix file, transform fluorescence, from`; blank when the whole part is missing on one side."""
    before: str
    after: str

    def __str__(self) -> str:
        """One sentence."""
        if not self.what:
            return f"{self.part}: only {'after' if self.after else 'before'}"
        return f"{self.part}, {self.what}: {self.before or 'none'} before, {self.after or 'none'} after"


def differences(before: Strategy, after: Strategy) -> tuple[GateDifference, ...]:
    """All that differs, in the order of the gates; empty exactly when the digests are equal."""
    old, new = strategy_content(before), strategy_content(after)
    found: list[GateDifference] = []
    for kind in old:
        for name in dict.fromkeys([*old[kind], *new[kind]]):
            part = f"{kind} {name}"
            if name not in new[kind] or name not in old[kind]:
                there = name in old[kind]
                found.append(GateDifference(part, "", "there" if there else "", "" if there else "there"))
            else:
                found += _fields(part, old[kind][name], new[kind][name])
    return tuple(found)


def _fields(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[GateDifference]:
    if old.get("kind") != new.get("kind"):
        yield GateDifference(part, "kind", _text(old.get("kind")), _text(new.get("kind")))
        return
    for key in dict.fromkeys([*old, *new]):
        yield from _values(part, (key,), old.get(key), new.get(key))


def _values(part: str, path: tuple[str, ...], old: Any, new: Any) -> Iterator[GateDifference]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _values(part, (*path, key), old.get(key), new.get(key))
    elif path[0] == "vertices":
        yield _vertices(part, old, new)
    elif path[0] == "bounds" and isinstance(old, list) and isinstance(new, list):
        for end, was, now in zip(("from", "below"), old, new, strict=True):
            if was != now:
                yield GateDifference(part, ", ".join((*path, end)), _text(was), _text(now))
    else:
        yield GateDifference(part, ", ".join(path), _text(old), _text(new))


def _vertices(part: str, old: list[list[float]], new: list[list[float]]) -> GateDifference:
    was, now = f"{len(old)} vertices", f"{len(new)} vertices"
    if len(old) == len(new):
        farthest = [max(abs(a[axis] - b[axis]) for a, b in zip(old, new, strict=True)) for axis in (0, 1)]
        moved = sum(a != b for a, b in zip(old, new, strict=True))
        now = f"{moved} of them moved, by at most {farthest[0]:.6g} in x and {farthest[1]:.6g} in y"
    return GateDifference(part, "vertices", f"{was} {_text(old)}", f"{now}: {_text(new)}")


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_text(inner) or 'none'}" for key, inner in value.items())
    if isinstance(value, list):
        return "[" + ", ".join(_text(inner) or "none" for inner in value) + "]"
    return str(value)
