"""Trees written as Python: straight-line code in which nothing is computed twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from keyword import iskeyword

from costim.mechanism.model.expression import Expression, is_number, names_in

SIGNS = {"add": (" + ", 1), "sub": (" - ", 1), "mul": ("*", 2), "div": ("/", 2)}
"""Sign and rank of an operation; what binds less is put into parentheses."""
PREFIX = "_"
"""Of temporaries, and of names that mean something else in the code: see `local`."""
_OWN = re.compile(r"y|p|dy|J|dp|out|math|xp|exp|log|min|max|power|power_log|gather|r[0-9]+(_[0-9]+)*|_.*")
"""Names of arguments, results, functions and temporaries."""


def local(name: str) -> str:
    """What a name of the model is called in the code: itself, unless Python or the code uses the word already."""
    return f"{PREFIX}{name}" if iskeyword(name) or _OWN.fullmatch(name) else name


def scalar_power(target: str, operation: str, base: str, exponent: str) -> list[str]:
    """Statements for base**exponent on floats: no call of `pow` for the exponents 0, 1 and 2, nothing below zero."""
    logarithm = f"*math.log({base})" if operation == "powlog" else ""
    if operation == "powlog":
        first = [f"if {base} <= 0.0:", f"    {target} = 0.0", f"elif {exponent} == 2.0:"]
    else:
        first = [f"if {exponent} == 2.0:"]
    lines = [*first, f"    {target} = {base}*{base}{logarithm}"]
    lines += [f"elif {exponent} == 1.0:", f"    {target} = {base}{logarithm}"]
    lines += [f"elif {exponent} == 0.0:", f"    {target} = {'1.0' if not logarithm else logarithm[1:]}"]
    if logarithm:
        return [*lines, "else:", f"    {target} = {base}**{exponent}{logarithm}"]
    return [*lines, f"elif {base} > 0.0:", f"    {target} = {base}**{exponent}", "else:", f"    {target} = 0.0"]


def array_power(target: str, operation: str, base: str, exponent: str) -> list[str]:
    """The same for arrays."""
    return [f"{target} = {'power' if operation == 'pow' else 'power_log'}({base}, {exponent})"]


def scalar_call(operation: str, arguments: list[str]) -> str:
    """exp, log, min, max and choices on floats."""
    if operation == "at_most":
        a, b, x, y = arguments
        return f"({x} if {a} <= {b} else {y})"
    return f"{'math.' if operation in ('exp', 'log') else ''}{operation}({', '.join(arguments)})"


def array_call(operation: str, arguments: list[str]) -> str:
    """The same for arrays."""
    if operation == "at_most":
        a, b, x, y = arguments
        return f"xp.where({a} <= {b}, {x}, {y})"
    word = {"min": "minimum", "max": "maximum"}.get(operation, operation)
    return f"xp.{word}({', '.join(arguments)})"


class Writer:
    """Writes assignments of trees to targets; trees that occur twice get a name."""

    def __init__(
        self,
        named: Mapping[str, Expression],
        write_power: Callable[[str, str, str, str], list[str]] = scalar_power,
        write_call: Callable[[str, list[str]], str] = scalar_call,
    ) -> None:
        """`named`: trees with a name of their own (quantities), used where they occur."""
        self._names = {e: local(key) for key, e in named.items() if e.arguments}
        self._write_power, self._write_call = write_power, write_call

    def body(self, assignments: Iterable[tuple[str, Expression]]) -> list[str]:
        """Statements, in the order of the assignments."""
        wanted = list(assignments)
        self._uses: Counter[Expression] = Counter()
        self._known: dict[Expression, str] = {}
        self._lines: list[str] = []
        for _, e in wanted:
            self._count(e)
        for target, e in wanted:
            text, _ = self._text(e)
            self._lines.append(f"{target} = {text}")
        return self._lines

    def _count(self, e: Expression) -> None:
        self._uses[e] += 1
        if self._uses[e] == 1:
            for a in e.arguments:
                self._count(a)

    def _text(self, e: Expression) -> tuple[str, int]:
        """How a tree is written, and how strongly it binds; lines it needs are written first."""
        if e.operation == "number":
            return (repr(e.value), 4) if e.value >= 0 else (f"({e.value!r})", 4)
        if e.operation == "name":
            return local(e.name), 4
        if e in self._known:
            return self._known[e], 4
        if e.operation in ("pow", "powlog"):
            base, exponent = (self._atom(a) for a in e.arguments)
            target = self._target(e)
            self._lines += self._write_power(target, e.operation, base, exponent)
            return target, 4
        text, rank = self._operation(e)
        if self._uses[e] > 1 or e in self._names:
            target = self._target(e)
            self._lines.append(f"{target} = {text}")
            return target, 4
        return text, rank

    def _operation(self, e: Expression) -> tuple[str, int]:
        inner = [self._text(a) for a in e.arguments]
        if e.operation == "neg":
            return f"-{self._bracket(inner[0], 3)}", 1
        if e.operation not in SIGNS:
            return self._write_call(e.operation, [text for text, _ in inner]), 4
        sign, rank = SIGNS[e.operation]
        # Right sides of the same rank keep their parentheses, so that rounding follows the tree.
        return f"{self._bracket(inner[0], rank)}{sign}{self._bracket(inner[1], rank + 1)}", rank

    @staticmethod
    def _bracket(part: tuple[str, int], rank: int) -> str:
        return part[0] if part[1] >= rank else f"({part[0]})"

    def _target(self, e: Expression) -> str:
        self._known[e] = self._names.get(e, f"{PREFIX}{len(self._known) + 1}")
        return self._known[e]

    def _atom(self, e: Expression) -> str:
        """A tree as a name or number, so that it may be written several times."""
        text, rank = self._text(e)
        if rank == 4 and (e in self._known or is_number(e) or e.operation == "name"):
            return text
        target = self._target(e)
        self._lines.append(f"{target} = {text}")
        return target


def function_body(
    assignments: list[tuple[str, Expression]],
    sources: Mapping[str, str],
    writer: Writer,
) -> list[str]:
    """Statements that load the names used (`sources`: name -> where it is found) and then assign."""
    used = frozenset().union(*(names_in(e) for _, e in assignments)) if assignments else frozenset()
    return [f"{local(key)} = {place}" for key, place in sources.items() if key in used] + writer.body(assignments)
