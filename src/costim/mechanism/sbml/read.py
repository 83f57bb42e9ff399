"""SBML documents in: Level 3 Version 1 and 2 (core), Level 2 Version 4 and 5.

Read are compartments, species, parameters, function definitions, initial assignments, assignment and rate rules,
reactions with kinetic laws, and events whose triggers depend on time. What else would move a trajectory is refused,
every such element with its reason.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from costim.errors import CostimError
from costim.mechanism.sbml.checks import problems_of
from costim.mechanism.sbml.document import Event, Reaction, SbmlModel, Symbol
from costim.mechanism.sbml.formulas import replaced
from costim.mechanism.sbml.reader import Reader
from costim.mechanism.sbml.xml_read import elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

HARMLESS = {
    "notes",
    "annotation",
    "listOfUnitDefinitions",
    "listOfConstraints",
    "listOfCompartmentTypes",
    "listOfSpeciesTypes",
}
"""Parts of a model that move no trajectory."""
READ = {
    "listOfFunctionDefinitions",
    "listOfCompartments",
    "listOfSpecies",
    "listOfParameters",
    "listOfInitialAssignments",
    "listOfRules",
    "listOfReactions",
    "listOfEvents",
}


def read_sbml(text: str | bytes, file: str = "SBML document") -> SbmlModel:
    """A document.

    Args:
        text: the document; bytes are decoded as it says.
        file: its name, for messages.

    Raises:
        CostimError: it is no SBML of a known level, or holds elements that are not supported: all are listed.
    """
    root, level, version = elements(text, file)
    reader = Reader(root, level, version)
    model = reader.child(root, "model")
    if model is None:
        raise CostimError(f"{file}: holds no <model>.")
    _packages(root, model, reader)
    symbols = _symbols(model, reader)
    rules = reader.members(model, "listOfRules")
    for rule in rules:
        if reader.name(rule) not in ("assignmentRule", "rateRule"):
            reader.refuse(rule, "only assignment rules and rate rules are supported")

    def by(kind: str) -> dict[str, ast.expr]:
        return {r.get("variable", ""): reader.formula(r) for r in rules if reader.name(r) == kind}

    found = SbmlModel(
        name=model.get("id", ""),
        title=model.get("name", ""),
        level=level,
        version=version,
        symbols=symbols,
        functions={e.get("id", ""): reader.definition(e) for e in reader.members(model, "listOfFunctionDefinitions")},
        initial_assignments={
            e.get("symbol", ""): reader.formula(e) for e in reader.members(model, "listOfInitialAssignments")
        },
        assignment_rules=by("assignmentRule"),
        rate_rules=by("rateRule"),
        reactions=tuple(_reaction(e, reader) for e in reader.members(model, "listOfReactions")),
        events=tuple(_event(e, i, reader) for i, e in enumerate(reader.members(model, "listOfEvents"), 1)),
        about=reader.about(model),
    )
    problems = reader.problems or problems_of(found)
    if problems:
        raise CostimError(
            f"{file}: cannot be read as a model of costim; change or remove, with the tool that made it:\n  "
            + "\n  ".join(problems)
        )
    return found


def _packages(root: Element, model: Element, reader: Reader) -> None:
    """Packages that say they change the mathematics, and parts of the model that are not known."""
    for key, value in root.attrib.items():
        if key.endswith("}required") and value in ("true", "1"):
            reader.problems.append(f"the package {key.partition('}')[0].strip('{')} is required and not supported")
    if model.get("conversionFactor"):
        reader.refuse(model, "conversion factors are not supported")
    for part in model:
        name = reader.name(part)
        if part.tag.startswith(reader.namespace) and name not in HARMLESS | READ:
            reader.refuse(part, "is not supported")


def _symbols(model: Element, reader: Reader) -> dict[str, Symbol]:
    found: dict[str, Symbol] = {}
    compartments = reader.members(model, "listOfCompartments")
    pointlike = {c.get("id") for c in compartments if c.get("spatialDimensions", "3") in ("0", "0.0")}
    for element in [
        *compartments,
        *reader.members(model, "listOfSpecies"),
        *reader.members(model, "listOfParameters"),
    ]:
        symbol = _symbol(element, reader, pointlike)
        if symbol.name in found:
            reader.refuse(element, "the identifier is used twice")
        found[symbol.name] = symbol
    return found


def _symbol(element: Element, reader: Reader, pointlike: set[str | None]) -> Symbol:
    kind = reader.name(element)
    if kind == "species":
        return _species(element, reader, pointlike)
    key = "size" if kind == "compartment" else "value"
    return Symbol(
        name=element.get("id", ""),
        kind=kind,
        value=reader.number(element, key),
        constant=reader.flag(element, "constant", True),
        title=element.get("name", ""),
        unit=element.get("units", ""),
        written=element.get(key, ""),
        about=reader.about(element),
    )


def _species(element: Element, reader: Reader, pointlike: set[str | None]) -> Symbol:
    if element.get("conversionFactor"):
        reader.refuse(element, "conversion factors are not supported")
    home = element.get("compartment", "")
    amounts = reader.flag(element, "hasOnlySubstanceUnits", False) or home in pointlike
    amount, concentration = reader.number(element, "initialAmount"), reader.number(element, "initialConcentration")
    return Symbol(
        name=element.get("id", ""),
        kind="species",
        value=amount if concentration is None else concentration,
        constant=reader.flag(element, "constant", False),
        title=element.get("name", ""),
        unit=element.get("substanceUnits", ""),
        compartment="" if amounts else home,
        as_concentration=concentration is not None,
        boundary=reader.flag(element, "boundaryCondition", False),
    )


def _reaction(element: Element, reader: Reader) -> Reaction:
    if reader.flag(element, "fast", False):
        reader.refuse(element, "fast reactions are not supported")
    total: dict[str, float] = {}
    for collection, sign in (("listOfReactants", -1.0), ("listOfProducts", 1.0)):
        for reference in reader.members(element, collection):
            species = reference.get("species", "")
            total[species] = total.get(species, 0.0) + sign * _stoichiometry(reference, reader)
    law = reader.child(element, "kineticLaw")
    if law is None:
        reader.refuse(element, "has no kinetic law")
        return Reaction(element.get("id", ""), total, ast.Constant(0.0))
    local = {}
    for collection in ("listOfLocalParameters", "listOfParameters"):
        for parameter in reader.members(law, collection):
            value = reader.number(parameter, "value")
            if value is None:
                reader.refuse(parameter, f"has no value in reaction {element.get('id', '')}")
            local[parameter.get("id", "")] = ast.Constant(value)
    return Reaction(element.get("id", ""), total, replaced(reader.formula(law), local))


def _stoichiometry(reference: Element, reader: Reader) -> float:
    if reader.child(reference, "stoichiometryMath") is not None or not reader.flag(reference, "constant", True):
        reader.refuse(reference, "stoichiometry that changes is not supported")
    value = reader.number(reference, "stoichiometry")
    if value is None and reader.level == 3:
        reader.refuse(reference, "has no stoichiometry")
    return 1.0 if value is None else value


def _event(element: Element, position: int, reader: Reader) -> Event:
    for part in ("delay", "priority"):
        if reader.child(element, part) is not None:
            reader.refuse(element, f"events with a {part} are not supported")
    trigger = reader.child(element, "trigger")
    if trigger is None:
        reader.refuse(element, "has no trigger")
    initially = True if trigger is None else reader.flag(trigger, "initialValue", True)
    return Event(
        name=element.get("id") or f"event {position}",
        trigger=ast.Constant(0) if trigger is None else reader.formula(trigger),
        initially=initially,
        assignments={
            a.get("variable", ""): reader.formula(a) for a in reader.members(element, "listOfEventAssignments")
        },
    )
