"""Methods, flags and references are data; what the room emits must be known there."""

import re
from pathlib import Path

from costim.registry.catalogue import methods, references
from costim.registry.flags import flag_meanings
from tests.effects import test_cohorts

SOURCES = sorted((Path(__file__).parents[2] / "src/costim/effects").rglob("*.py"))

FLAG_TABLE = r"(?s)flags = \{(.*?)\}"
KEY = re.compile(r'"(\w+)": ')


def emitted(pattern):
    return {name for source in SOURCES for name in re.findall(pattern, source.read_text("utf-8"))}


def test_every_method_in_the_code_is_described():
    codes = emitted(r'method="(\w+)"')
    assert {"signed_rank", "kaplan_meier", "published_comparison"} <= codes
    assert codes <= methods().keys()


def test_every_method_and_variant_of_the_cohorts_is_described():
    effects = [e for found in test_cohorts.EFFECTS.values() for e in found]
    assert {e.method for e in effects} | {e.variant for e in effects if e.variant} <= methods().keys()


def test_every_flag_of_the_cohorts_and_of_the_code_has_a_meaning():
    effects = [e for found in test_cohorts.EFFECTS.values() for e in found]
    assert {flag for e in effects for flag in e.flags} <= flag_meanings().keys()
    in_code = emitted(r'(?:flags\.append\(|flags=\(|\*flags, |\.flags, |_flagged\(.*, )"(\w+)"')
    in_code |= emitted(r'\("(\w+)",\) if ') | {flag for block in emitted(FLAG_TABLE) for flag in KEY.findall(block)}
    assert {"no_times", "few_pairs", "p_at_floor", "adjusted_westfall_young", "limit_open_at_zero"} <= in_code
    assert in_code <= flag_meanings().keys()


def test_every_reference_exists_and_estimating_methods_say_what_they_assume():
    for method in methods().values():
        assert method.label, method.code
        assert set(method.references) <= references().keys(), method.code
    for code in ("signed_rank", "sign_test", "proportion", "kaplan_meier", "tipping_shift", "kappa", "ac1"):
        assert methods()[code].sentence, code
        assert methods()[code].assumption, code
