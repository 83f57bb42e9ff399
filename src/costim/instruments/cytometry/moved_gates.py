"""The study as it would be with gates a little elsewhere: which readings there are, and what is asked of them."""

from __future__ import annotations

from dataclasses import replace

from costim.registry.cytometry_parameters import PREFIX
from costim.registry.measurements import MOVED_GATES
from costim.registry.plan import Plan
from costim.study.study import Study


def moved_gates(study: Study) -> tuple[Study, ...]:
    """The study under each draw of moved gates; none where nothing on cells is asked, or gates are not to be moved."""
    settings = study.plan.cytometry
    if not study.gates or settings.jitter == 0 or not asked_parameters(study.plan):
        return ()
    return tuple(replace(study, reading=f"{MOVED_GATES}{draw + 1:03d}") for draw in range(settings.jitter_draws))


def asked_parameters(plan: Plan) -> frozenset[str]:
    """Parameters of phenotypes that endpoints ask for, as changes or as parts of a composition."""
    asked = {endpoint.parameter for endpoint in plan.endpoints}
    asked |= {name for endpoint in plan.endpoints for subset in endpoint.subset_parameters for name in subset[1:]}
    return frozenset(name for name in asked if name.startswith(PREFIX))
