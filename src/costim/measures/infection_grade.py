"""Grade of an infection by the treatment it needed and its outcome."""

from __future__ import annotations

from costim.measures.event_grade import Step, grade_answer
from costim.measures.facts import Visit
from costim.measures.result import Result
from costim.registry.measure_catalogue import Choice

_CONDITIONS = (
    ("2", ("infection_local_or_oral_therapy",)),
    ("3", ("infection_intravenous_therapy", "infection_procedure")),
    ("4", ("infection_life_threatening",)),
    ("5", ("infection_death",)),
)


def score(choice: Choice, visit: Visit) -> Result:
    """The grade of the infection: the highest whose condition is met."""
    ladder = [Step(grade, {name: visit.now.statement(name) for name in names}) for grade, names in _CONDITIONS]
    return grade_answer(choice, visit.now, "infection", ladder, ())
