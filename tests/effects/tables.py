"""Small tables for the estimators: measurement rows in few words, plans, lookup of effect rows."""

import polars as pl

from costim.registry.measurements import Measurement, measurements_frame
from costim.registry.parameters import parameter as registered
from costim.registry.plan import Plan

VISITS = [{"name": "before", "day": 0}, {"name": "after", "day": 28}]
CONTRAST = {"name": "change", "baseline": {"visits": ["before"]}, "post": {"visits": ["after"]}}


def make_plan(*endpoints, contrasts=(CONTRAST,), visits=VISITS, constraints=(), variants=None, study=None, **more):
    """A plan; `more` are further tables of it, such as `benchmarks`."""
    info = {"id": "s", "title": "A study", "day_convention": "first_infusion_is_day_0"} | (study or {})
    return Plan.model_validate(
        {
            "schema": 1,
            "study": info,
            "visits": list(visits),
            "contrasts": list(contrasts),
            "endpoints": list(endpoints),
            "constraints": list(constraints),
            "variants": variants or {},
        }
        | more
    )


def reading(subject, parameter, visit="", value=None, **fields):
    """A measurement in the unit of the registry; a tuple is a range, a string a category, nothing with `missing=`."""
    if not isinstance(value, str) and not fields.get("missing"):
        fields.setdefault("unit", registered(parameter).unit)
    if isinstance(value, tuple):
        fields |= {"lower": value[0], "upper": value[1], "relation": "range"}
    elif isinstance(value, str):
        fields["text"] = value
    elif value is not None:
        fields |= {"value": float(value), "lower": float(value), "upper": float(value), "relation": "="}
    return Measurement(subject=str(subject), parameter=parameter, visit=visit, **fields)


def pair(subject, parameter, before, after, **fields):
    return [
        reading(subject, parameter, "before", before, **fields),
        reading(subject, parameter, "after", after, **fields),
    ]


def frame(*rows):
    flat = [r for row in rows for r in (row if isinstance(row, list) else [row])]
    return measurements_frame(flat)


NO_PUBLISHED = pl.DataFrame(schema={"result_id": pl.String})


def find(effects, method, **fields):
    """The rows with that method and those fields."""
    return [e for e in effects if e.method == method and all(getattr(e, k) == v for k, v in fields.items())]


def one(effects, method, **fields):
    found = find(effects, method, **fields)
    assert len(found) == 1, f"{len(found)} rows of {method} {fields}"
    return found[0]
