"""The names a column with `registry = ...` may hold."""

from __future__ import annotations

from functools import cache

from costim.registry.parameters import parameters


@cache
def registry_names(registry: str) -> tuple[str, ...]:
    """Names of a registry, in its order; none for a blank name.

    Args:
        registry: `labs`, `scales`, `sledai_items`, `facts` (those of the table assessments), or blank.

    Raises:
        ValueError: there is no registry of that name.
    """
    from costim.registry.datafiles import read_rows

    if registry == "":
        return ()
    if registry == "sledai_items":
        return (*(row["item"] for row in read_rows("measures/sledai_items.csv")), "total")
    if registry == "facts":
        from costim.registry.fact_homes import assessed_facts

        return assessed_facts()
    prefix = {"labs": "lab.", "scales": "scale."}.get(registry)
    if prefix is None:
        raise ValueError(f"no registry is called {registry!r}")
    return tuple(code.removeprefix(prefix) for code in parameters() if code.startswith(prefix))
