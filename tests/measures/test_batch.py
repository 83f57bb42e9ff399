"""Many visits in columns give what the rules of single visits give, field by field."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.batch.apply import Batch
from costim.measures.batch.coded import Coded, coded, combinations, combined, folded, merged
from costim.measures.batch.laboratory import alike
from costim.measures.batch.listing import chosen_names
from costim.measures.batch.names import Masked, each_once, listing
from costim.measures.batch.score import score_visits
from costim.measures.batch.visits import VisitColumns, columns_of
from costim.measures.bounds import Bounds, known
from costim.measures.facts import Drug, Facts, Item, Scaled, Visit
from costim.measures.score import score
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import choose, measures
from tests.measures.batch_corpus import visits

STATES = ("lldas", "doris")
TOTALS = ("sledai", "csledai")


def requests(code: str) -> list[str]:
    """Every variant, and every option on the default one."""
    info = measures()[code]
    options = [f"{info.default}+{value}" for option in info.options.values() for value in option.values]
    return [choose(code, name).name for name in dict.fromkeys((*info.variants, *options))]


def check_same(code: str, cases: list[Visit], names: list[str]) -> None:
    found = score_visits(columns_of(cases), [(code, name) for name in names])
    for name, results in zip(names, found, strict=True):
        assert (results.measure, results.variant, len(results)) == (code, choose(code, name).name, len(cases))
        for place, case in enumerate(cases):
            assert results.at(place) == score(code, case, name), (name, place)


@pytest.mark.parametrize("code", [*TOTALS, *STATES])
def test_every_variant_and_option_on_a_random_corpus(code: str) -> None:
    check_same(code, visits(f"corpus {code}", 60, code), requests(code))


@pytest.mark.parametrize(
    ("code", "variant"),
    [
        ("sledai", "sledai_1992"),
        ("sledai", "sledai_2k_30d"),
        ("csledai", "csledai_2k_10d"),
        ("doris", "doris2021_lt5"),
        ("lldas", "lldas_franklyn"),
    ],
)
def test_a_larger_corpus_of_a_variant(code: str, variant: str) -> None:
    check_same(code, visits("large", 600, code), [variant])


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from([*TOTALS, *STATES, "pga", "steroids"]))
def test_any_few_visits(seed: int, code: str) -> None:
    names = requests(code)
    check_same(code, visits(seed, 4, code), [names[seed % len(names)]])


@pytest.mark.parametrize("code", sorted(measures()))
def test_every_other_measure_goes_through_the_same_door(code: str) -> None:
    check_same(code, [Visit(Facts())] * 3, [measures()[code].default])


def test_the_corpus_reaches_every_outcome() -> None:
    for code in STATES:
        states = {score(code, case).state for case in visits("large", 600, code)}
        assert states == {"yes", "no", "unknown"}
    totals = [score("sledai", case) for case in visits("large", 600, "sledai")]
    flags = {flag for found in totals for flag in found.flags}
    wanted = {"items_incomplete", "typed_total", "typed_total_decides", "inconsistent_total", "disputed_joint_count"}
    assert wanted <= flags
    assert any(found.complete for found in totals)


@pytest.mark.parametrize(
    ("code", "variant", "limit", "wanted"),
    [
        ("doris", "doris2021_le5", "0.5", "yes no no"),
        ("doris", "doris_pga_le05", "0.5", "yes yes no"),
        ("lldas", "lldas_franklyn", "1", "yes yes no"),
    ],
)
def test_the_limit_of_the_pga_is_literal(code: str, variant: str, limit: str, wanted: str) -> None:
    nudge = Fraction(1, 10**12)
    readings = [Fraction(limit) - nudge, Fraction(limit), Fraction(limit) + nudge]
    cases = [calm(pga=Scaled(known(reading), "0-3")) for reading in readings]
    (results,) = score_visits(columns_of(cases), [(code, variant)])
    assert " ".join(results.at(place).state for place in range(3)) == wanted


@pytest.mark.parametrize(
    ("code", "variant", "doses", "wanted"),
    [
        ("doris", "doris2021_le5", ("5", "5.0000000001"), "yes no"),
        ("doris", "doris2021_lt5", ("4.9999999999", "5"), "yes no"),
        ("lldas", "lldas_franklyn", ("7.5", "7.5000000001"), "yes no"),
    ],
)
def test_the_limit_of_the_dose_is_literal(code: str, variant: str, doses: tuple[str, ...], wanted: str) -> None:
    cases = [calm(drugs=(Drug("prednisolone", known(dose), "mg", "daily", change="unchanged"),)) for dose in doses]
    (results,) = score_visits(columns_of(cases), [(code, variant)])
    assert " ".join(results.at(place).state for place in range(2)) == wanted


def calm(**facts: object) -> Visit:
    items = {name: Item(Truth.NO) for name, fact in measures()["sledai"].facts.items() if fact.kind == "item"}
    stated = dict.fromkeys(("stable_treatment", "tolerated_standard_treatment"), Truth.YES)
    none = dict.fromkeys(("new_lupus_activity", "steroid_pulse"), Truth.NO)
    outside = dict.fromkeys(("haemolytic_anaemia", "gastrointestinal_activity"), Item(Truth.NO))
    usual = {"pga": Scaled(known(0), "0-3"), "drugs": ()}
    return Visit(Facts(MappingProxyType({**items, **stated, **none, **outside, **usual, **facts})))


def test_pairs_of_proteins_are_told_apart_at_the_limits_and_nowhere_else() -> None:
    near = ["0", "0.5", "0.500000001", "0.7", "1", "1.000000001", "1.2", "1.200000001"]
    cases = [
        Visit(
            Facts(MappingProxyType({"proteinuria": Item(state), "urine_protein": known(now)})),
            Facts(MappingProxyType({"urine_protein": known(before)})),
        )
        for state in Truth
        for now in near
        for before in near
    ]
    check_same("sledai", cases, ["sledai_1992", "selena", "sledai_2k_30d", "version_unspecified"])
    kept = alike(Batch(columns_of(cases))).columns
    _, pairs = combinations([kept.fact("urine_protein"), kept.fact("urine_protein", "previous")])
    assert len(pairs) <= 8


def test_numbers_too_long_for_machine_integers_are_compared_all_the_same() -> None:
    tiny = Fraction(1, 10**25)
    before = Facts(MappingProxyType({"urine_protein": known(0)}))
    numbers = [known(Fraction(1, 2) + nudge) for nudge in (-tiny, 0, tiny)]
    cases = [Visit(Facts(MappingProxyType({"urine_protein": number})), before) for number in numbers]
    check_same("sledai", cases, ["sledai_1992"])
    (results,) = score_visits(columns_of(cases), [("sledai", "sledai_1992")])
    assert ["proteinuria" in results.at(place).decided_by for place in range(3)] == [False, False, True]


def test_the_order_of_visits_does_not_matter() -> None:
    cases = visits("order", 50, "lldas")
    forward, back = (score_visits(columns_of(own), [("lldas", "")])[0] for own in (cases, cases[::-1]))
    assert [forward.at(place) for place in range(50)] == [back.at(49 - place) for place in range(50)]


def test_columns_are_left_as_they_were() -> None:
    columns = columns_of(visits("kept", 30, "lldas"))
    before = {name: (column.codes.copy(), column.values) for name, column in columns.now.items()}
    score_visits(columns, [("lldas", ""), ("sledai", "")])
    for name, (codes, values) in before.items():
        assert (columns.now[name].codes == codes).all()
        assert columns.now[name].values == values


def test_no_visits_and_one_visit_without_facts() -> None:
    (empty,) = score_visits(columns_of([]), [("sledai", "")])
    assert len(empty) == 0
    check_same("sledai", [Visit(Facts())], ["sledai_2k_30d"])


def test_unknown_measures_and_variants_are_refused() -> None:
    with pytest.raises(KeyError, match="no measure 'sledia'; there are "):
        score_visits(columns_of([]), [("sledia", "")])
    with pytest.raises(ValueError, match="sledai: 'sledai_3k' is no variant; write one of sledai_1992, selena,"):
        score_visits(columns_of([]), [("sledai", "sledai_3k")])


def test_facts_that_no_rule_takes_are_refused_as_of_a_single_visit() -> None:
    cases = [calm(), calm(pga=Scaled(known(4), "0-3"))]
    with pytest.raises(ValueError, match="PGA: the reading 4 lies outside the scale 0-3") as single:
        score("doris", cases[1])
    with pytest.raises(ValueError, match="PGA: the reading 4 lies outside the scale 0-3") as batch:
        score_visits(columns_of(cases), [("doris", "")])
    assert str(batch.value) == str(single.value)


def test_visits_come_back_from_columns() -> None:
    cases = visits("back", 20, "lldas")
    columns = columns_of(cases)
    for place, case in enumerate(cases):
        again = columns.at(place)
        for side in ("now", "previous", "baseline"):
            assert dict(getattr(again, side).values) == dict(getattr(case, side).values)


def test_a_rule_may_not_read_what_it_did_not_declare() -> None:
    batch = Batch(VisitColumns(2, MappingProxyType({"joints": coded([known(1), known(2)])})))
    found = batch.apply(lambda visit: visit.now.number("joints"), (("now", "joints"),))
    assert [found.at(0), found.at(1)] == [Bounds(Fraction(1), Fraction(1)), Bounds(Fraction(2), Fraction(2))]
    with pytest.raises(LookupError, match="reads 'platelets' without declaring it"):
        batch.apply(lambda visit: visit.now.number("platelets"), (("now", "joints"),))


columns = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.booleans()), max_size=30)


@given(columns)
def test_combinations_are_those_of_the_rows(rows: list[tuple[int, str, bool]]) -> None:
    own = [coded(column) for column in zip(*rows, strict=True)] or [coded([])] * 3
    codes, found = combinations(own)
    assert [found[code] for code in codes] == rows
    assert len(found) == len(set(rows))
    joined = combined(lambda a, b, c: f"{a}{b}{c}", *own)
    assert [joined.at(place) for place in range(len(rows))] == [f"{a}{b}{c}" for a, b, c in rows]


def test_combinations_of_columns_with_very_many_values() -> None:
    rng = np.random.default_rng(3)
    size = 3000
    many = [Coded(rng.permutation(size), tuple(range(size))) for _ in range(3)]
    codes, found = combinations(many)
    assert [found[code] for code in codes] == list(zip(*(column.codes.tolist() for column in many), strict=True))


@given(st.lists(st.lists(st.sampled_from(["x", "y", "z"]), max_size=3), min_size=1, max_size=20))
def test_folding_keeps_equal_values_under_one_code(lists: list[list[str]]) -> None:
    start = coded([("x",)] * len(lists))
    kept = folded(lambda old, new: tuple(dict.fromkeys((*old, *new))), start, coded(map(tuple, lists)))
    assert [kept.at(place) for place in range(len(lists))] == [tuple(dict.fromkeys(("x", *own))) for own in lists]
    assert len(set(kept.values)) == len(kept.values)
    assert merged(kept) is kept


@given(st.lists(st.integers(0, 2**30 - 1), min_size=1, max_size=20))
def test_names_of_a_mask(masks: list[int]) -> None:
    names = tuple(f"n{bit}" for bit in range(30))
    found = chosen_names(names, np.array(masks))
    for place, mask in enumerate(masks):
        assert found.at(place) == tuple(name for bit, name in enumerate(names) if mask >> bit & 1)


of_two = [st.integers(0, 7), st.lists(st.sampled_from("bcd"), unique=True)] * 2


@given(st.lists(st.tuples(*of_two), min_size=1, max_size=12))
def test_each_name_stands_where_it_stood_first(rows: list[tuple[int, list[str], int, list[str]]]) -> None:
    first, listed, second, again = zip(*rows, strict=True)
    own = (
        Masked(("a", "b", "c"), np.array(first)),
        coded(map(tuple, listed)),
        Masked(("c", "d", "a"), np.array(second)),
        coded(map(tuple, again)),
    )
    found = listing(each_once(own))
    for place in range(len(rows)):
        assert found.at(place) == tuple(dict.fromkeys(listing(own).at(place)))
