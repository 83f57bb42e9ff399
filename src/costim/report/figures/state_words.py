"""Caption and text alternative of a picture of states."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.document import Inline, Inlines, Num, Quote, Term
from costim.report.figures.identity import MOST_NAMES
from costim.report.figures.state_board import NO, UNKNOWN, YES, StateBoard, StateLane
from costim.report.figures.state_looks import UNJUDGED, outcome_words, sense
from costim.report.figures.view import View
from costim.report.figures.words import counted, label_of, reading_text, short


def visit_words(view: View, name: str) -> str:
    """The label of a visit in the plan, or its name."""
    found = next((v.label for v in view.plan.visits if v.name == name), "")
    return found or name or "no visit named"


def state_caption(view: View, board: StateBoard) -> Inlines:
    """What the tiles, lines and bars mean; every number names its row."""
    choice = board.choice
    words: list[Inline] = [Term(label_of(board.parameter)), " by ", Quote(choice.name)]
    words += [" (", Term(choice.variant.label), "). One lane per patient, one tile per visit"]
    words.append(
        " at its study day, counted from the first infusion. "
        if board.by_day
        else "; columns are visits in the order of the plan, and their distances are not times. "
    )
    words += _tile_words(board)
    if board.followed:
        words.append(
            "A line joins two assessments in a row at both of which the state holds, the only time that counts as "
            "time in the state here (both ends); what happened between visits is not known. "
        )
    if any(lane.flares for lane in board.lanes):
        words.append("Bar: a flare began after the visit at its start and was found at the visit at its end. ")
    if any(lane.total is not None and not lane.total.missing for lane in board.lanes):
        counted_so = "the number of flares" if board.has_flares else "days in the state, counted so"
        words.append(f"At the right: {counted_so}, between bounds where visits are undecided. ")
    row = _last_share(view, board)
    if row is not None:
        visit = view.by_id[row.measurements[0]].visit
        words += ["In the state at ", Quote(visit_words(view, visit)), ": "]
        words += [Num(f"{row.count} of {row.denominator}", row.effect_id, "count+denominator")]
        words.append(" patients. " if row.denominator != 1 else " patient. ")
    if len(view.subjects) > MOST_NAMES:
        words.append("Patients are too many to be named. ")
    last = words[-1]
    return (*words[:-1], last.rstrip() if isinstance(last, str) else last)


def _tile_words(board: StateBoard) -> list[Inline]:
    parts: list[str] = []
    if {YES, NO} & set(board.outcomes):
        parts.append("Filled: in the state; open: not in it. ")
    else:
        meaning = {
            "worse": "The fuller and darker a tile, the worse the class. ",
            "better": "The fuller and darker a tile, the better the response. ",
            "names": "Each class has a fill and a colour of its own. ",
        }
        parts.append(meaning[sense(board.choice.measure)])
    if UNKNOWN in board.outcomes:
        parts.append("Hatched, with a question mark: facts are missing that would decide. ")
    if set(UNJUDGED) & set(board.outcomes):
        parts.append("Crossed out: the rule does not speak of this visit. ")
    if has_gaps(board):
        parts.append("Dash: a visit of which nothing that the measure asks for was recorded. ")
    return list(parts)


def has_gaps(board: StateBoard) -> bool:
    """Is there a visit without an outcome?"""
    return any(not tile.outcome for lane in board.lanes for tile in lane.tiles)


def _last_share(view: View, board: StateBoard) -> Effect | None:
    """The row that counts patients in the state at one visit, of the last visit for which there is one."""
    place = {visit: i for i, visit in enumerate(board.visits)}
    best: tuple[int, Effect] | None = None
    for row in view.find(parameter=board.parameter, method="proportion", stratum=YES):
        readings = [view.by_id[m] for m in row.measurements if m in view.by_id]
        visits = {reading.visit for reading in readings}
        alone = len(visits) == 1 and {reading.variant for reading in readings} == {board.choice.name}
        if row.count is None or row.denominator is None or not alone or len(readings) != len(row.measurements):
            continue
        at = place.get(min(visits), -1)
        if best is None or at > best[0]:
            best = (at, row)
    return best[1] if best else None


def state_alternative(view: View, board: StateBoard) -> str:
    """Every patient's outcomes in order of visits; of many patients, how many had each outcome at each visit."""
    words = [f"Lanes of {label_of(board.parameter)} by {board.choice.name}, {counted(len(board.lanes), 'patient')}."]
    if len(view.subjects) > MOST_NAMES:
        words += [f"{visit_words(view, visit)}: {_counts(board, visit)}." for visit in board.visits]
        return " ".join(words)
    words += [f"{lane.subject}: {_lane_words(view, board, lane)}." for lane in board.lanes]
    return " ".join(words)


def _counts(board: StateBoard, visit: str) -> str:
    at = [tile.outcome for lane in board.lanes for tile in lane.tiles if tile.visit == visit]
    said = [(outcome_words(o), at.count(o)) for o in board.outcomes] + [("nothing recorded", at.count(""))]
    return ", ".join(f"{words} {n}" for words, n in said if n)


def _lane_words(view: View, board: StateBoard, lane: StateLane) -> str:
    said = [
        f"{visit_words(view, tile.visit)} {outcome_words(tile.outcome) if tile.outcome else 'nothing recorded'}"
        for tile in lane.tiles
    ]
    for flare in lane.flares:
        low, high = flare.row.lower or 0.0, flare.row.upper or 0.0
        said.append(f"flare ({outcome_words(flare.outcome)}) after day {short(low)}, by day {short(high)}")
    if lane.total is not None and board.followed and not lane.total.missing:
        said.append(f"{reading_text(lane.total)} days in the state, both ends")
    return ", ".join(said)
