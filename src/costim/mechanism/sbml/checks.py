"""Whether a document that was read hangs together and can be followed through time."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from costim.mechanism.sbml.document import SbmlModel
from costim.mechanism.sbml.formulas import FUNCTIONS, Definition, compiled, expanded, names, uses_time

MOST_NODES = 200_000
"""Of a formula with its functions worked in."""


def problems_of(model: SbmlModel) -> list[str]:
    """Everything that is wrong, in words."""
    problems = [*_functions(model.functions)]
    if problems:
        return problems  # nothing can be worked in before they are right
    problems += _names(model)
    problems = problems or [*_sizes(model)]
    if problems:
        return problems  # nor in formulas that cannot be worked with
    problems += _targets(model)
    problems += _values(model)
    problems += _order(model)
    problems += _triggers(model)
    return problems


def formulas(model: SbmlModel) -> Iterator[tuple[str, ast.expr]]:
    """Every formula with the words for its place."""
    yield from ((f"<initialAssignment> {k}", e) for k, e in model.initial_assignments.items())
    yield from ((f"<assignmentRule> {k}", e) for k, e in model.assignment_rules.items())
    yield from ((f"<rateRule> {k}", e) for k, e in model.rate_rules.items())
    yield from ((f"<reaction> {r.name}", r.rate) for r in model.reactions)
    for event in model.events:
        yield f"<trigger> of {event.name}", event.trigger
        yield from ((f"<eventAssignment> {k} of {event.name}", e) for k, e in event.assignments.items())


def _calls(tree: ast.expr) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, len(node.args)


def _functions(functions: Mapping[str, Definition]) -> Iterator[str]:
    known: dict[str, Counter[str]] = {}
    for name, (arguments, body) in functions.items():
        place = f"<functionDefinition> {name}"
        if name in FUNCTIONS or name == "time":
            yield f"{place}: the name is one of MathML's own functions"
        if free := sorted(names(body) - {*arguments}):
            yield f"{place}: uses {', '.join(free)}, which it does not take"
        if uses_time(body):
            yield f"{place}: uses time, which it does not take"
        # A function may call only those defined before it: none can call itself, and sizes are known.
        for called, count in _calls(body):
            if called in functions and called not in known:
                yield f"{place}: calls {called}, which is not defined before it"
            elif called in functions and count != len(functions[called][0]):
                yield f"{place}: {called} takes {len(functions[called][0])} arguments, found {count}"
        known[name] = _size(body, functions, known)
        if known[name].total() > MOST_NODES:
            yield f"{place}: is too large with its functions worked in"
            return


def _size(node: ast.AST, functions: Mapping[str, Definition], known: Mapping[str, Counter[str]]) -> Counter[str]:
    """Nodes of a formula once functions are worked in: how often each symbol occurs, all else under the blank name."""
    if isinstance(node, ast.Name):
        return Counter({node.id: 1})
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        total = Counter({"": 1})
        inner = known.get(node.func.id, Counter())
        arguments = functions[node.func.id][0] if node.func.id in known else ()
        total[""] += inner[""]
        for i, given in enumerate(node.args):
            times = inner[arguments[i]] if i < len(arguments) else 1
            for key, count in _size(given, functions, known).items():
                total[key] += times * count
        return total
    total = Counter({"": 1})
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            total += _size(child, functions, known)
    return total


def _sizes(model: SbmlModel) -> Iterator[str]:
    """Formulas that cannot be worked with."""
    known: dict[str, Counter[str]] = {}
    for name, (_, body) in model.functions.items():
        known[name] = _size(body, model.functions, known)
    for place, tree in formulas(model):
        if _size(tree, model.functions, known).total() > MOST_NODES:
            yield f"{place}: is too large with its functions worked in"
            continue
        try:
            compiled(tree, model.functions)
        except (RecursionError, MemoryError):
            yield f"{place}: is nested too deeply with its functions worked in"


def _names(model: SbmlModel) -> Iterator[str]:
    reactions = {r.name for r in model.reactions}
    for place, tree in formulas(model):
        for name in sorted(names(tree) - model.symbols.keys()):
            why = "the rate of a reaction as a symbol is not supported" if name in reactions else "no such symbol"
            yield f"{place}: {name}: {why}"
        for called, count in _calls(tree):
            if called in model.functions:
                if count != len(model.functions[called][0]):
                    yield f"{place}: {called} takes {len(model.functions[called][0])} arguments, found {count}"
            elif called not in FUNCTIONS and called != "time":
                yield f"{place}: {called}: no such function"


def _targets(model: SbmlModel) -> Iterator[str]:
    changed = [*model.assignment_rules, *model.rate_rules]
    for place, keys in (
        ("<initialAssignment>", [*model.initial_assignments]),
        ("rule", changed),
        ("<eventAssignment>", [k for e in model.events for k in e.assignments]),
    ):
        yield from (f"{place} of {key}: no such symbol" for key in keys if key not in model.symbols)
    for key in (*changed, *(k for e in model.events for k in e.assignments)):
        if key in model.symbols and model.symbols[key].constant:
            yield f"{key}: is constant and yet changed"
    for event in model.events:
        yield from (
            f"{key}: set by an event and by a rule" for key in event.assignments if key in model.assignment_rules
        )
    yield from (f"{key}: has two rules" for key in model.assignment_rules if key in model.rate_rules)
    yield from (
        f"{key}: has an assignment rule and an initial assignment"
        for key in model.assignment_rules
        if key in model.initial_assignments
    )
    for reaction in model.reactions:
        for key in reaction.stoichiometry:
            symbol = model.symbols.get(key)
            if symbol is None or symbol.kind != "species":
                yield f"<reaction> {reaction.name}: {key} is no species"
            elif not symbol.boundary and (symbol.constant or key in changed):
                yield f"<reaction> {reaction.name}: changes {key}, which is constant or has a rule"


def _values(model: SbmlModel) -> Iterator[str]:
    given = {*model.initial_assignments, *model.assignment_rules}
    for symbol in model.symbols.values():
        if symbol.value is None and symbol.name not in given:
            yield f"<{symbol.kind}> {symbol.name}: has no initial value"
        if symbol.kind != "species":
            continue
        home = model.symbols.get(symbol.compartment)
        if symbol.compartment and (home is None or home.kind != "compartment"):
            yield f"<species> {symbol.name}: no such compartment {symbol.compartment}"
        elif home is not None and home.name in {*model.assignment_rules, *model.rate_rules}:
            yield f"<species> {symbol.name}: its compartment has a rule; only sizes that stay are supported"
        elif home is not None and any(home.name in event.assignments for event in model.events):
            yield f"<species> {symbol.name}: its compartment is set by an event; only sizes that stay are supported"
        if symbol.as_concentration and not symbol.compartment:
            yield f"<species> {symbol.name}: a concentration of a species in amounts is not supported"


def _order(model: SbmlModel) -> Iterator[str]:
    """Assignments that wait for each other."""
    waiting = {k: names(expanded(e, model.functions)) for k, e in model.assignment_rules.items()}
    yield from _circles("assignment rules", waiting)
    at_start = waiting | {k: names(expanded(e, model.functions)) for k, e in model.initial_assignments.items()}
    yield from _circles("assignments at the beginning", at_start)


def _circles(what: str, waiting: dict[str, frozenset[str]]) -> Iterator[str]:
    left = dict(waiting)
    while left:
        ready = [key for key, needed in left.items() if not needed & left.keys()]
        if not ready:
            yield f"{what} are circular: {', '.join(sorted(left))}"
            return
        for key in ready:
            del left[key]


def changing(model: SbmlModel) -> set[str]:
    """Symbols that may differ from their initial value at some time."""
    found = {*model.rate_rules, *(k for e in model.events for k in e.assignments)}
    found |= {k for r in model.reactions for k in r.stoichiometry if not model.symbols[k].boundary}
    trees = {k: expanded(e, model.functions) for k, e in model.assignment_rules.items()}
    while True:
        more = {k for k, e in trees.items() if k not in found and (uses_time(e) or names(e) & found)}
        if not more:
            return found
        found |= more


def _triggers(model: SbmlModel) -> Iterator[str]:
    if any(k not in model.symbols for r in model.reactions for k in r.stoichiometry):
        return
    moving = changing(model)
    for event in model.events:
        tree = expanded(event.trigger, model.functions)
        if thresholds(tree) is None or names(tree) & moving:
            yield (
                f"<event> {event.name}: only triggers that compare time with numbers or constants are supported, "
                f"found {ast.unparse(tree)}"
            )


def thresholds(tree: ast.expr) -> list[ast.expr] | None:
    """What a trigger compares time with; None where it is more than comparisons of time joined by and, or, not."""
    match tree:
        case ast.Constant():
            return []
        case ast.Call(func=ast.Name(id="and_" | "or_" | "not_" | "xor"), args=args):
            parts = [thresholds(a) for a in args]
            return None if None in parts else [e for part in parts for e in part or []]
        case ast.Compare(left=left, ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE()], comparators=[right]):
            sides = [left, right]
            plain = [side for side in sides if not uses_time(side)]
            if len(plain) == 2:
                return []
            timed = [side for side in sides if uses_time(side)]
            return plain if len(plain) == 1 and isinstance(timed[0], ast.Call) and not timed[0].args else None
    return None
