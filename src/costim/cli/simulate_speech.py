"""What `costim simulate` says: one block for each endpoint, one line for each regimen and form of the model."""

from __future__ import annotations

import math

from costim.cli.speech import say
from costim.registry.simulation_record import SimulatedArm, SimulatedEndpoint, SimulationRecord

SEED_STUDY = (
    "The seed study's effect beyond a year in 5 of 10 patients (exact interval 19% to 81%) cannot tell the forms of "
    "the model apart."
)


def show_arms(record: SimulationRecord) -> None:
    """Print every endpoint of every arm."""
    middle = f"{100 * record.share_of_patients:.0f}%"
    say(f"SIMULATED, not measured: {record.agent_title}; {record.arms[0].patients} virtual patients an arm.")
    say(f"Median (middle {middle} of the patients); > = later than simulated.")
    wide = max(len(_name(arm)) for arm in record.arms)
    for endpoint in record.arms[0].endpoints:
        unit = f", {endpoint.unit}" if endpoint.unit else ""
        say(f"\n{endpoint.label}{unit} [{endpoint.evidence}]")
        for arm in record.arms:
            found = next((e for e in arm.endpoints if e.name == endpoint.name), None)
            if found is not None:
                say(f"  {_name(arm):<{wide}}  {_words(found, arm)}")
    _relapse(record, wide)
    _contrasts(record, wide)
    failed = sum(arm.failed for arm in record.arms)
    if failed:
        say(f"\nNot integrated, in no number above, flagged in patients.csv: {failed} patients.")
    shares = {arm.model: f"{arm.model} {100 * arm.unstable_share:.1f}%" for arm in record.arms}
    say(f"\nOf the patients drawn, refused because the baseline is not stable: {', '.join(shares.values())}.")
    say(SEED_STUDY)


def _relapse(record: SimulationRecord, wide: int) -> None:
    limits = f" ({100 * record.level:.0f}% of the draws of the typical patient)" if record.draws else ""
    for months, day in ((12, 365.25), (24, 730.5)):
        if record.arms[0].relapse_free_days[-1] < day:
            continue
        say(f"\nWithout simulated relapse at {months} months{limits} [speculative]")
        for arm in record.arms:
            place = max(i for i, d in enumerate(arm.relapse_free_days) if d <= day)
            words = f"{100 * arm.relapse_free[place]:.0f}%"
            if arm.relapse_free_lower:
                low, high = arm.relapse_free_lower[place], arm.relapse_free_upper[place]
                words += f" ({100 * low:.0f}% to {100 * high:.0f}%)"
            say(f"  {_name(arm):<{wide}}  {words}")


def _contrasts(record: SimulationRecord, wide: int) -> None:
    limits = {"patients": f"middle {100 * record.share_of_patients:.0f}% of the patients", "": "no limits"}
    limits["draws"] = f"{100 * record.level:.0f}% of the draws of the typical patient"
    said = ""
    for row in sorted(record.contrasts, key=lambda row: (row.against, row.name)):
        if row.name != said:
            say(f"\nAgainst {row.against}, in the same patients: {row.label}, {row.unit} [{row.evidence}]")
            said = row.name
        between = f" ({_signed(row.lower)} to {_signed(row.upper)}, {limits[row.limits_of]})" if row.limits_of else ""
        say(f"  {f'{row.regimen} · {row.model}':<{wide}}  {_signed(row.difference)}{between}")


def _name(arm: SimulatedArm) -> str:
    return f"{arm.regimen} · {arm.model}"


def _words(endpoint: SimulatedEndpoint, arm: SimulatedArm) -> str:
    words = f"{_number(endpoint.median)} ({_number(endpoint.lower)} to {_number(endpoint.upper)})"
    integrated = arm.patients - arm.failed
    return words if endpoint.reached == integrated else f"{words}; in {endpoint.reached} of {integrated}"


def _signed(value: float) -> str:
    return f"{round(value):+d}" if round(value) else "0"


def _number(value: float) -> str:
    if math.isinf(value):
        return ">"
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}"
