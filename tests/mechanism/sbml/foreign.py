"""Documents as other tools write them, made by hand."""

# ruff: noqa: E501 - elements of XML stand on one line each
L3 = "http://www.sbml.org/sbml/level3/version2/core"
L3V1 = "http://www.sbml.org/sbml/level3/version1/core"
L2 = "http://www.sbml.org/sbml/level2/version4"
M = 'xmlns="http://www.w3.org/1998/Math/MathML"'
TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>'


def document(body: str, namespace: str = L3, attributes: str = "") -> str:
    level = {L3: 'level="3" version="2"', L3V1: 'level="3" version="1"', L2: 'level="2" version="4"'}[namespace]
    return f'<?xml version="1.0" encoding="UTF-8"?><sbml xmlns="{namespace}" {level} {attributes}><model id="m">{body}</model></sbml>'


def parameter(name: str, value: object, constant: bool = True) -> str:
    return f'<parameter id="{name}" value="{value}" constant="{str(constant).lower()}"/>'


def math(content: str) -> str:
    return f"<math {M}>{content}</math>"


def ci(name: str) -> str:
    return f"<ci>{name}</ci>"


def cn(value: object) -> str:
    return f"<cn>{value}</cn>"


def ap(operator: str, *parts: str) -> str:
    return f"<apply><{operator}/>{''.join(parts)}</apply>"


def call(name: str, *parts: str) -> str:
    return f"<apply><ci>{name}</ci>{''.join(parts)}</apply>"


def function(name: str, argument: str, body: str) -> str:
    content = f"<lambda><bvar>{ci(argument)}</bvar>{body}</lambda>"
    return f'<functionDefinition id="{name}">{math(content)}</functionDefinition>'


def event(name: str, trigger: str, sets: dict[str, str], initial: str = "true", extra: str = "") -> str:
    assigned = "".join(f'<eventAssignment variable="{k}">{math(v)}</eventAssignment>' for k, v in sets.items())
    return (
        f'<event id="{name}" useValuesFromTriggerTime="true">'
        f'<trigger initialValue="{initial}" persistent="true">{math(trigger)}</trigger>{extra}'
        f"<listOfEventAssignments>{assigned}</listOfEventAssignments></event>"
    )


ENZYME = document(
    f"""
<listOfFunctionDefinitions>
 <functionDefinition id="mm">{
        math(
            f"<lambda><bvar>{ci('s')}</bvar><bvar>{ci('v')}</bvar><bvar>{ci('k')}</bvar>"
            + ap("divide", ap("times", ci("v"), ci("s")), ap("plus", ci("k"), ci("s")))
            + "</lambda>"
        )
    }</functionDefinition>
</listOfFunctionDefinitions>
<listOfCompartments><compartment id="cell" size="2.5" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies>
 <species id="A" compartment="cell" initialConcentration="10" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>
 <species id="B" compartment="cell" initialAmount="5" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>
 <species id="E" compartment="cell" initialAmount="1" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>
 <species id="W" compartment="cell" initialAmount="3" hasOnlySubstanceUnits="false" boundaryCondition="true" constant="false"/>
</listOfSpecies>
<listOfParameters>{parameter("V", 1.7)}{parameter("Km", 2.0)}{parameter("total", 0, False)}{
        parameter("twice", 1)
    }</listOfParameters>
<listOfInitialAssignments><initialAssignment symbol="twice">{
        math(ap("times", cn(2), ci("B")))
    }</initialAssignment></listOfInitialAssignments>
<listOfRules><assignmentRule variable="total">{
        math(ap("plus", ci("A"), ci("B"), ci("E"), ci("W")))
    }</assignmentRule></listOfRules>
<listOfReactions>
 <reaction id="r1" reversible="false" fast="false">
  <listOfReactants><speciesReference species="A" stoichiometry="2" constant="true"/><speciesReference species="W" stoichiometry="1" constant="true"/></listOfReactants>
  <listOfProducts><speciesReference species="B" stoichiometry="1" constant="true"/><speciesReference species="E" stoichiometry="0.5" constant="true"/></listOfProducts>
  <kineticLaw>{math(ap("times", ci("cell"), call("mm", ci("A"), ci("V"), ci("Km")), ci("f")))}
   <listOfLocalParameters><localParameter id="f" value="0.6"/></listOfLocalParameters></kineticLaw>
 </reaction>
 <reaction id="r2" reversible="false" fast="false">
  <listOfReactants><speciesReference species="B" stoichiometry="1" constant="true"/></listOfReactants>
  <kineticLaw>{math(ap("times", cn(0.3), ci("B"), ci("twice"), ap("power", ci("E"), cn(0.5))))}</kineticLaw>
 </reaction>
</listOfReactions>
<listOfEvents>{event("e1", ap("gt", TIME, cn(3)), {"A": ap("plus", ci("A"), cn(4)), "E": ci("A")})}</listOfEvents>
""".replace(' fast="false"', "")
)
"""Reactions, concentrations and amounts, a function, local parameters, an event that sees the values before it."""

PIECES = document(
    f"""
<listOfParameters>{parameter("x", 1, False)}{parameter("y", 0, False)}{parameter("u", 0, False)}{
        parameter("w", 0, False)
    }
{parameter("k", 0.4)}{parameter("begin", 2.5)}</listOfParameters>
<listOfRules>
 <assignmentRule variable="w">{
        math(
            "<piecewise><piece>"
            + cn(2)
            + ap("lt", ci("x"), cn(1.4))
            + "</piece><otherwise>"
            + ap("root", "<degree>" + cn(3) + "</degree>", ci("x"))
            + "</otherwise></piecewise>"
        )
    }</assignmentRule>
 <rateRule variable="x">{
        math(
            ap(
                "minus",
                ap("times", ci("u"), ap("exp", ap("minus", ap("times", ci("k"), TIME)))),
                ap("times", cn("0.1"), ci("x")),
            )
        )
    }</rateRule>
 <rateRule variable="y">{
        math(
            ap(
                "times",
                ap("max", ci("x"), cn(1.1)),
                ap("log", "<logbase>" + cn(10) + "</logbase>", ap("plus", cn(2), ap("abs", ap("sin", TIME)))),
            )
        )
    }</rateRule>
</listOfRules>
<listOfEvents>
 {event("at_zero", ap("geq", TIME, cn(0)), {"u": cn(3)}, "false")}
 {event("not_at_zero", ap("geq", TIME, cn(0)), {"u": cn(99)}, "true")}
 {
        event(
            "window",
            ap("and", ap("geq", TIME, ci("begin")), ap("lt", TIME, ap("plus", ci("begin"), cn(1)))),
            {"u": ap("plus", ci("u"), cn(1))},
        )
    }
 {event("after", ap("not", ap("lt", TIME, cn(6))), {"u": cn(0), "x": ap("divide", ci("x"), cn(2))})}
</listOfEvents>
"""
)
"""Pieces, roots, logarithms, time by name, events at time 0, within a window and by negation."""

LEVEL2 = document(
    f"""
<listOfCompartments><compartment id="c" size="3"/></listOfCompartments>
<listOfSpecies><species id="S" compartment="c" initialAmount="6"/><species id="P" compartment="c" initialConcentration="0"/></listOfSpecies>
<listOfParameters><parameter id="k" value="0.2"/><parameter id="lambda" value="1" constant="false"/></listOfParameters>
<listOfRules><rateRule variable="lambda">{math(ap("times", cn("-0.05"), ci("lambda")))}</rateRule></listOfRules>
<listOfReactions><reaction id="r" reversible="false">
 <listOfReactants><speciesReference species="S"/></listOfReactants>
 <listOfProducts><speciesReference species="P" stoichiometry="2"/></listOfProducts>
 <kineticLaw>{math(ap("times", ci("k"), ci("S"), ci("c"), ci("lambda"), ci("q")))}<listOfParameters><parameter id="q" value="1.5"/></listOfParameters></kineticLaw>
</reaction></listOfReactions>
<listOfEvents><event id="e" useValuesFromTriggerTime="true"><trigger>{math(ap("geq", TIME, cn(4)))}</trigger>
 <listOfEventAssignments><eventAssignment variable="S">{math(cn(2))}</eventAssignment></listOfEventAssignments></event></listOfEvents>
""",
    L2,
)
"""Level 2: defaults of attributes, parameters within a law, a symbol that is a word of Python."""
