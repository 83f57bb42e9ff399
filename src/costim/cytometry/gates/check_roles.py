"""Roles: of populations that exist, spelled as they are looked for, and of false B cells that can be such."""

from __future__ import annotations

from collections.abc import Iterator

from costim.cytometry.gates.check_names import unknown
from costim.cytometry.gates.errors import GateProblem
from costim.cytometry.gates.lineage import lineage
from costim.cytometry.gates.model import Strategy
from costim.registry.suggest import is_slip_of

FALSE_B_CELLS, AMONG = "false_b_cells", "false_b_cells_among"
"""Cells that cannot be B cells, and those of them that carry the stain of B cells all the same."""
ROLES = ("lymphocytes", "live", "singlets", "beads", "naive", "memory", FALSE_B_CELLS, AMONG)
"""Roles that measurements and quality look for; others are allowed, but not misspellings of these.

`b_cells` is looked for too, and left out here because `t_cells` would pass for a misspelling of it.
"""


def role_problems(strategy: Strategy) -> Iterator[GateProblem]:
    """What is wrong with roles."""
    known = [name for name, _ in strategy.populations()]
    for role, population in strategy.roles.items():
        slip = next((name for name in ROLES if role not in ROLES and is_slip_of(role, name)), "")
        if slip:
            yield GateProblem(f"role {role}", repr(role), f"did you mean {slip!r}?", "correct the role")
        if population not in known:
            yield unknown(f"role {role}", "", "population", population, known)
    yield from false_cell_problems(strategy)


def false_cell_problems(strategy: Strategy) -> Iterator[GateProblem]:
    """Why false B cells cannot be counted among the cells of a sample itself; nothing where no role asks for it."""
    roles, parents = strategy.roles, dict(strategy.populations())
    if FALSE_B_CELLS not in roles and AMONG not in roles:
        return
    if missing := [role for role in (FALSE_B_CELLS, AMONG, "b_cells") if role not in roles]:
        expected = f"the roles {FALSE_B_CELLS}, {AMONG} and b_cells together"
        yield GateProblem("roles", f"no role {' and no role '.join(missing)}", expected, "add it, or remove the others")
        return
    b_cells, false, among = roles["b_cells"], roles[FALSE_B_CELLS], roles[AMONG]
    if not {b_cells, false, among} <= parents.keys():
        return  # named by `role_problems`
    if among not in lineage(parents, false)[1:]:
        expected = f"a population inside {among!r}, which has the role {AMONG}"
        yield GateProblem(f"role {FALSE_B_CELLS}", repr(false), expected)
    if among in lineage(parents, b_cells) or b_cells in lineage(parents, false):
        expected = f"cells that cannot be B cells: neither around nor inside {b_cells!r}"
        yield GateProblem(f"role {AMONG}", repr(among), expected, "name such cells, as T cells or dead cells")
