"""Families, other causes, benchmarks, intercurrent events, repeated visits and subsets: what the check says of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.registry.plan_questions import Endpoint
from tests.study.folder import CONFIG, errors, findings_of, only, where


def checked(tmp_path, more, config=CONFIG):
    return findings_of(tmp_path / "s", config=config + more)


CAUSES = '[[other_causes]]\nparameter = "scale.gcs"\nbasis = "assumed"\n'
END = '[[endpoints]]\nparameter = "event.relapse"\nkind = "time_to_event"\n'


@pytest.mark.parametrize(
    ("more", "code", "place", "found", "expected"),
    [
        (CAUSES + "long_run_mean = [9, 3]\n", "setting_invalid", (24, "other_causes[1].long_run_mean"), "9 to 3",
         "the smaller number first"),
        (CAUSES + 'contrast = "entry_to_day82"\n', "setting_invalid", (24, "other_causes[1].contrast"),
         "entry_to_day82", "did you mean 'entry_to_day28'?"),
        (CAUSES.replace("gcs", "gsc"), "assumption_without_endpoint", (22, "other_causes[1].parameter"), "scale.gsc",
         "did you mean 'scale.gcs'?"),
        ('[[benchmarks]]\nparameter = "scale.gcs"\nshare = 0.3\nbasis = "b"\n', "assumption_without_endpoint",
         (22, "benchmarks[1].parameter"), "scale.gcs", "the parameter of an endpoint of kind proportion"),
        ('[[families]]\nname = "activity"\n', "assumption_without_endpoint", (22, "families[1].name"),
         "family activity, which no endpoint names", "the family of an endpoint"),
        (END + 'intercurrent = ["retreatmnt=composite"]\n', "unknown_event", (24, "endpoints[2].intercurrent"),
         "retreatmnt", "did you mean 'retreatment'?"),
        (END + 'intercurrent = ["relapse=composite"]\n', "setting_invalid", (24, "endpoints[2].intercurrent"),
         "relapse, the event of the endpoint itself", "each other event once, with one strategy"),
        (END + 'intercurrent = ["death=composite", "death=competing"]\n', "setting_invalid",
         (24, "endpoints[2].intercurrent"), "death", "each other event once, with one strategy"),
        (END + 'visits = ["entry", "day28"]\n', "setting_invalid", (24, "endpoints[2].visits"),
         "visits with kind time_to_event", "visits only with kind repeated_change"),
        ('[[endpoints]]\nparameter = "scale.gcs"\nkind = "repeated_change"\nvisits = ["entry"]\n', "setting_invalid",
         (23, "endpoints[2].kind"), "repeated_change with 1 visits", "at least 2 visits"),
        ('[[endpoints]]\nparameter = "scale.gcs"\nkind = "repeated_change"\nvisits = ["entry", "day82"]\n',
         "setting_invalid", (24, "endpoints[2].visits"), "day82", "did you mean 'day28'?"),
        ('[[endpoints]]\nparameter = "scale.gcs"\nkind = "composition"\nsubsets = ["a=scale.gcs*lab.igg", "b=x*y"]\n',
         "unknown_parameter", (24, "endpoints[2].subsets"), "x", "a parameter of the registry or of the tables"),
    ],
)  # fmt: skip
def test_a_fault_stands_at_its_key(tmp_path, more, code, place, found, expected):  # noqa: PLR0917
    finding = next(f for f in checked(tmp_path, more) if f.code == code)
    assert (finding.row, finding.column) == place
    assert finding.found == found
    assert finding.expected == expected
    assert finding.action


def test_what_a_composition_makes_up_needs_no_readings_of_its_own(tmp_path):
    more = '[[endpoints]]\nparameter = "lab.cd40_mfi"\nkind = "{}"\nsubsets = ["a=scale.gcs*lab.igg"]\n'
    assert "unknown_parameter" not in {f.code for f in checked(tmp_path, more.format("composition"))}
    other = more.format("paired_change").replace('subsets = ["a=scale.gcs*lab.igg"]\n', "")
    assert only(checked(tmp_path, other), "unknown_parameter").found == "lab.cd40_mfi"


def test_an_unknown_strategy_is_refused(tmp_path):
    finding = only(checked(tmp_path, END + 'intercurrent = ["death=ignored"]\n'), "setting_invalid")
    assert where(finding)[2] == 24
    assert finding.found == "death=ignored"


def test_what_belongs_together_is_sound(tmp_path):
    config = CONFIG.replace('contrast = "entry_to_day28"\n', 'contrast = "entry_to_day28"\nfamily = "f"\n')
    more = CAUSES + 'contrast = "entry_to_day28"\nwithin_sd = 1.5\nlong_run_mean = [9, 14]\n'
    more += '[[families]]\nname = "f"\ncorrection = "holm"\n' + END + 'intercurrent = ["death=competing"]\n'
    codes = {f.code for f in checked(tmp_path, more, config)}
    assert not codes & {"setting_invalid", "unknown_event", "assumption_without_endpoint"}
    assert not errors(findings_of(tmp_path / "s", config=config + more))


NAMES = st.from_regex(r"[A-Za-z0-9_.+-]{1,8}", fullmatch=True)


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=4))
def test_subsets_are_read_as_they_are_written(parts):
    written = tuple(f"{name}={share}*{level}" for name, share, level in parts)
    endpoint = Endpoint(parameter="lab.x", kind="composition", subsets=written)
    assert endpoint.subset_parameters == tuple(parts)
