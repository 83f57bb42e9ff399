"""gates.toml: read back as written; whatever is wrong is said at its line and key, all at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.gates.digest import digest
from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Axis, Boolean, Operand, Quadrants, Strategy, StrategySet
from costim.cytometry.gates.read_toml import parse_toml, read_toml
from costim.cytometry.gates.template import template_text
from costim.cytometry.gates.toml_lines import key_lines
from costim.cytometry.gates.write_toml import NO_REASON, write_toml
from tests.cytometry.gates.any_strategy import strategy_sets

TEMPLATE = template_text()


def spoilt(old: str, new: str, text: str = TEMPLATE) -> tuple[GateProblem, ...]:
    assert old in text
    with pytest.raises(GateError) as caught:
        parse_toml(text.replace(old, new, 1))
    return caught.value.problems


def line(part: str, text: str = TEMPLATE) -> int:
    """The line on which a piece of text stands first."""
    return text[: text.index(part)].count("\n") + 1


@settings(max_examples=60)
@given(strategy_sets())
def test_what_is_written_reads_back(strategies: StrategySet) -> None:
    text = write_toml(strategies)
    again = parse_toml(text)
    assert again == strategies
    assert digest(again.shared) == digest(strategies.shared)
    assert write_toml(again) == text


def test_the_template_is_a_strategy() -> None:
    strategies = parse_toml(TEMPLATE)
    shared = strategies.shared
    assert [name for name, _ in shared.populations()] == [
        "singlets", "scatter", "lymphocytes", "b_cells",
        "naive_b", "unswitched_b", "switched_b", "double_negative_b", "memory_b",
    ]  # fmt: skip
    quadrants = next(gate for gate in shared.gates if isinstance(gate, Quadrants))
    assert quadrants.quadrants[0].positions == (("cd27", 0), ("igd", 1))
    assert quadrants.dividers[0].values == ("cd27_positive",)
    memory = shared.gates[-1]
    assert memory == Boolean("memory_b", "b_cells", "or", (Operand("unswitched_b"), Operand("switched_b")))
    assert shared.markers["cd80"].threshold == "cd80_positive"
    assert shared.markers["cd40"].axis == Axis("CD40", "file", "fluorescence")
    assert strategies.reasons["S07/month6/B", "scatter"].startswith("forward scatter voltage")
    assert strategies.for_sample("S07/month6/B") != shared
    assert strategies.for_sample("S08/month6/B") == shared


def test_the_template_is_written_as_it_is_meant() -> None:
    again = parse_toml(write_toml(parse_toml(TEMPLATE)))
    assert again == parse_toml(TEMPLATE)


def test_gates_may_stand_in_any_order() -> None:
    blocks = re.split(r"(?=^\[\[gates\]\]$)", TEMPLATE, flags=re.MULTILINE)
    tail = blocks[-1].split("\n# --- Thresholds", 1)
    gates = [*blocks[1:-1], tail[0]]
    turned = blocks[0] + "\n".join(reversed(gates)) + "\n# --- Thresholds" + tail[1]
    assert digest(parse_toml(turned).shared) == digest(parse_toml(TEMPLATE).shared)


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "gates.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEMPLATE.replace("\n", "\r\n").encode())
    assert read_toml(path) == parse_toml(TEMPLATE)


@pytest.mark.parametrize(
    ("old", "new", "key", "where", "found", "expected"),
    [
        ("schema = 1", "schema = 2", "schema", "", "2", "1"),
        ("schema = 1\n", "", "schema", "", "no such key", "schema = 1"),
        ('kind = "logicle"', 'kind = "logical"', "kind", "transform fluorescence", "'logical'",
         "did you mean 'logicle'?"),
        ("w = 0.5 ", "w = 5 ", "kind", "transform fluorescence",
         "a logicle scale that cannot be: W, the linear decades, must be at most M / 2 = 2.25, not 5", None),
        ("t = 262144", "T = 262144", "T", "transform fluorescence", "the unknown key 'T'", "did you mean 't'?"),
        ('compensation = "file", transform = "fluorescence" }\ncd27', 'compensation = "flie" }\ncd27',
         "compensation", "axis cd19", "the matrix 'flie'", "did you mean 'file'?"),
        ('channel = "CD3", compensation = "file", transform = "fluorescence"',
         'channel = "CD3", transform = "fluorescense"',
         "transform", "axis cd3", "the transform 'fluorescense'", "did you mean 'fluorescence'?"),
        ('{ axis = "cd3", below = 0.45 }', '{ axis = "cd33", below = 0.45 }', "axis", "gate b_cells, bounds[2]",
         "the axis 'cd33'", "did you mean 'cd3'?"),
        ('{ axis = "cd3", below = 0.45 }', '{ axis = "cd3", above = 0.45 }', "above", "gate b_cells, bounds[2]",
         "the unknown key 'above'", None),
        ('{ axis = "cd3", below = 0.45 }', '{ axis = "cd3" }', "bounds[2]", "gate b_cells", "no bound on 'CD3'",
         "at least one of from and below"),
        ('{ axis = "cd3", below = 0.45 }', '{ axis = "cd3", from = 0.45, below = 0.45 }', "bounds[2]", "gate b_cells",
         "from 0.45 to below 0.45 on 'CD3', which holds no value", "the smaller number first"),
        ('{ axis = "cd3", below = 0.45 }', '{ axis = "cd3", below = nan }', "below", "gate b_cells, bounds[2]",
         "nan", "a finite number"),
        ('from = "cd19_positive"', 'from = "cd19_postive"', "bounds[1].from", "gate b_cells",
         "the threshold 'cd19_postive'", "did you mean 'cd19_positive'?"),
        ('from = "cd19_positive"', 'from = "cd27_positive"', "bounds[1].from", "gate b_cells",
         "the threshold 'cd27_positive' of 'CD27', transform 'fluorescence'", None),
        ('parent = "singlets"', 'parent = "singelts"', "parent", "gate scatter", "the population 'singelts'",
         "did you mean 'singlets'?"),
        ('parent = "lymphocytes"', 'parent = "memory_b"', "parent", "gate b_cells", None,
         "gates that lead back to all events"),
        ('parent = "b_cells"\nkind = "boolean"', 'parent = "cd27_igd"\nkind = "boolean"', "parent", "gate memory_b",
         "'cd27_igd', which is a quadrant gate and no population", None),
        ('kind = "polygon" #', 'kind = "pentagon" #', "kind", "gate scatter", "'pentagon'", None),
        ('kind = "polygon" #', "#", "kind", "gate scatter", "no such key",
         "one of rectangle, polygon, ellipsoid, quadrants, boolean"),
        ("[25000, 1000], [90000, 1000], [110000, 40000], [60000, 60000], [25000, 30000]",
         "[25000, 1000], [90000, 1000]", "vertices", "gate scatter", "2 different vertices", "at least 3"),
        ("[90000, 1000]", "[90000]", "vertices[2]", "gate scatter", "a list of 1", "2 numbers in square brackets"),
        ("[90000, 1000]", '[90000, "1000"]', "vertices[2][2]", "gate scatter", "'1000'", "a finite number"),
        ('axes = ["fsc_a", "ssc_a"]', 'axes = ["fsc_a", "scc_a"]', "axes[2]", "gate lymphocytes", "the axis 'scc_a'",
         "did you mean 'ssc_a'?"),
        ("mean = [60000, 15000]", "mean = [60000]", "mean", "gate lymphocytes", "a list of 1",
         "2 numbers, one for each axis"),
        ("[20000000, 36000000]", "[20000001, 36000000]", "covariance", "gate lymphocytes",
         "a matrix that is not symmetric", "the same number on both sides of the diagonal"),
        ("[[144000000, 20000000], [20000000, 36000000]]", "[[1, 2], [2, 1]]", "covariance", "gate lymphocytes",
         "a matrix that is not positive definite (smallest eigenvalue -1)", None),
        ("[[144000000, 20000000], [20000000, 36000000]]", "[[1, 2]]", "covariance", "gate lymphocytes",
         "1 rows of 2 numbers", "2 rows of 2, one for each axis"),
        ("distance_square = 6", "distance_square = -6", "distance_square", "gate lymphocytes", "-6.0",
         "a number of at least 0"),
        ("at = 0.5 }", "at = [] }", "dividers[2].at", "gate cd27_igd", "a divider without a value",
         "at least one value"),
        ('cd27 = "below", igd = "above"', 'cd27 = "belwo", igd = "above"', "where.cd27",
         "gate cd27_igd, quadrants[1]", "'belwo'", "'below' or 'above'"),
        ('cd27 = "below", igd = "above"', 'cd72 = "below", igd = "above"', "quadrants[1]", "gate cd27_igd",
         "the divider 'cd72'", "did you mean 'cd27'?"),
        ('cd27 = "below", igd = "above"', 'cd27 = 2, igd = "above"', "quadrants[1]", "gate cd27_igd",
         "interval 2 of 'cd27'", "an interval from 0 to 1"),
        ('operation = "or"', 'operation = "xor"', "operation", "gate memory_b", "'xor'", None),
        ('["unswitched_b", "switched_b"] #', '["unswitched_b"] #', "operands", "gate memory_b", "or of 1 populations",
         "at least two"),
        ('["unswitched_b", "switched_b"] #', '["unswitched_b", { nto = "switched_b" }] #', "operands[2]",
         "gate memory_b", "something else", None),
        ('sources = ["valley", "fixed"]', 'sources = ["vally", "fixed"]', "sources", "threshold cd19_positive",
         "'vally'", "did you mean 'valley'?"),
        ('sources = ["fmo", "isotype", "reference"]', 'sources = ["valley", "fmo"]', "sources",
         "threshold cd80_positive", "the source 'valley' for the outcome marker 'cd80'", None),
        ("quantile = 0.995", "quantile = 99.5", "quantile", "threshold cd80_positive", "99.5",
         "a share above 0 and below 1"),
        ('reference = "naive_b"', "", "reference", "threshold cd80_positive", "no reference", None),
        ("search = [0.35, 0.65]", "search = [0.65, 0.35]", "search", "threshold cd19_positive", "0.65 to 0.35", None),
        ('axis = "cd19"\npopulation = "lymphocytes"', 'axis = "cd19"\npopulation = "naive_b"', "population",
         "threshold cd19_positive", "a population that depends on 'cd19_positive' itself", None),
        ('outcome = true\nthreshold', 'outcome = "yes"\nthreshold', "outcome", "marker cd80", "'yes'",
         "true or false"),
        ('threshold = "cd80_positive"', 'threshold = "cd80"', "threshold", "marker cd80", "the threshold 'cd80'",
         "one of cd19_positive, cd27_positive, cd80_positive"),
        ('lymphocytes = "lymphocytes"', 'lymphocites = "lymphocytes"', "", "role lymphocites", "'lymphocites'",
         "did you mean 'lymphocytes'?"),
        ('singlets = "singlets"', 'singlets = "singles"', "", "role singlets", "the population 'singles'", None),
        ('b_cells = ["naive_b", "memory_b", "double_negative_b"]', 'b_cells = ["naive_b"]', "", "subsets of b_cells",
         "naive_b", "at least two, each once"),
        ('sample = "S07/month6/B"\n', "", "sample", "exceptions[1]", "no such key",
         "the sample for which the gate differs"),
        ('why = "forward scatter voltage was raised by the service on that day"\n', "", "why", "exceptions[1]",
         "no such key", "why the gate differs for this sample"),
        ('[exceptions.gate]\nname = "scatter"', '[exceptions.gate]\nname = "skatter"', "gate skatter",
         "exception of sample S07/month6/B", "the gate 'skatter'", "did you mean 'scatter'?"),
        ("[roles]", "[rolls]", "rolls", "", "the unknown key 'rolls'", "did you mean 'roles'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(  # noqa: PLR0917
    old: str, new: str, key: str, where: str, found: str | None, expected: str | None
) -> None:
    problem = next(p for p in spoilt(old, new) if p.key == key and p.where == where)
    assert problem.found == found or found is None
    assert problem.expected == expected or expected is None
    assert problem.file == "gates.toml"
    if "schema = 1\n" in old:
        assert problem.line is None, "a key that is not there has no line"
        return
    assert problem.line is not None
    assert abs(problem.line - line(old)) <= 8, "within the block"
    assert f"gates.toml, line {problem.line}, " in str(problem)


@pytest.mark.parametrize(
    ("old", "new", "on"),
    [
        ('{ axis = "cd3", below = 0.45 }', '{ axis = "cd33", below = 0.45 }', '{ axis = "cd33"'),
        ("[90000, 1000]", '[90000, "1000"]', "vertices = "),
        ('{ name = "unswitched_b", where = { cd27 = "above"', '{ name = "unswitched_b", where = { cd27 = "abvoe"',
         'name = "unswitched_b"'),
        ('parent = "lymphocytes"', 'parent = "lymphs"', 'parent = "lymphs"'),
        ("quantile = 0.995", "quantile = 99.5", "quantile = 99.5"),
        ("igd = { channel", "igd = { chanel", "igd = { chanel"),
    ],
)  # fmt: skip
def test_the_very_line(old: str, new: str, on: str) -> None:
    text = TEMPLATE.replace(old, new, 1)
    assert line(on, text) in {problem.line for problem in spoilt(old, new)}


def test_divider_values_that_do_not_increase() -> None:
    text = re.sub(r'igd = "(above|below)"', "igd = 1", TEMPLATE)
    problems = spoilt("at = 0.5 }", "at = [0.5, 0.5] }", text)
    assert [(p.where, p.key, p.found) for p in problems] == [("gate cd27_igd", "dividers[2].at", "values 0.5, 0.5")]
    words = spoilt("at = 0.5 }", "at = [0.5, 0.6] }")
    assert {p.expected for p in words} == {"the number of the interval, 0 the lowest"}


def test_everything_wrong_is_said_at_once_and_nothing_that_follows_from_it() -> None:
    text = TEMPLATE.replace('axis = "cd3", below = 0.45', 'axis = "cd33", below = 0.45')
    text = text.replace("mean = [60000, 15000]", "mean = [60000]").replace("quantile = 0.995", "quantile = 2")
    with pytest.raises(GateError) as caught:
        parse_toml(text.replace('singlets = "singlets"', 'singlets = "single"'))
    problems = caught.value.problems
    assert [(p.where, p.key) for p in problems] == [
        ("gate lymphocytes", "mean"),
        ("gate b_cells, bounds[2]", "axis"),
        ("threshold cd80_positive", "quantile"),
        ("role singlets", ""),
    ]
    assert [p.line for p in problems] == sorted(p.line or 0 for p in problems)
    assert str(caught.value).startswith("4 things to mend in the gating strategy:\ngates.toml, line ")


def test_a_wrong_parent_is_said_of_a_gate_that_is_wrong_elsewhere_too() -> None:
    text = TEMPLATE.replace('axis = "cd3", below = 0.45', 'axis = "cd33", below = 0.45')
    problems = spoilt('parent = "lymphocytes"', 'parent = "lymphs"', text)
    assert [(p.where, p.key) for p in problems] == [("gate b_cells", "parent"), ("gate b_cells, bounds[2]", "axis")]


def test_a_name_given_twice() -> None:
    problems = spoilt('name = "memory_b"', 'name = "naive_b"')
    assert "the name 'naive_b' 2 times" in [problem.found for problem in problems]


def test_two_exceptions_for_one_gate_of_a_sample() -> None:
    exception = TEMPLATE[TEMPLATE.index("[[exceptions]]") :]
    with pytest.raises(GateError, match="the gate 'scatter' twice"):
        parse_toml(TEMPLATE + "\n" + exception)


def test_an_exception_that_would_break_the_strategy() -> None:
    old = '[exceptions.gate]\nname = "scatter"\nparent = "singlets"'
    problems = spoilt(old, old.replace("singlets", "b_cells"))
    assert any(p.where.startswith("exception of sample S07/month6/B, gate") for p in problems)


def test_an_exception_cannot_change_the_quadrants() -> None:
    text = TEMPLATE[: TEMPLATE.index("[exceptions.gate]")] + (
        '[exceptions.gate]\nname = "cd27_igd"\nparent = "b_cells"\nkind = "quadrants"\n'
        'dividers = [{ name = "cd27", axis = "cd27", at = 0.3 }]\n'
        'quadrants = [{ name = "naive_b", where = { cd27 = "below" } }]\n'
    )
    with pytest.raises(GateError, match="the same populations as in the shared gate"):
        parse_toml(text)


MATRIX = """schema = 1
name = "m"
[matrices.bench]
detectors = ["FITC-A", "PE-A"]
values = [[1.0, 0.12], [0.01, 1.0]]
"""


def test_a_matrix_of_numbers() -> None:
    matrix = parse_toml(MATRIX).shared.matrices["bench"]
    assert matrix.fluorochromes == ("FITC-A", "PE-A")
    assert matrix.values == ((1.0, 0.12), (0.01, 1.0))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("[0.01, 1.0]", "[0.01]", "a list of 1"),
        ("[1.0, 0.12], [0.01, 1.0]", "[1.0, 0.5], [2.0, 1.0]", "singular"),
        ("[matrices.bench]", "[matrices.file]", "a matrix named 'file'"),
        ("[matrices.bench]", "[matrices.none]", "a matrix named 'none'"),
        ('detectors = ["FITC-A", "PE-A"]\n', "", "no such key"),
    ],
)
def test_matrices_that_cannot_be(old: str, new: str, found: str) -> None:
    assert any(found in problem.found for problem in spoilt(old, new, MATRIX))


def test_a_matrix_in_a_file_beside(tmp_path: Path) -> None:
    (tmp_path / "comp.csv").write_text("FITC-A,PE-A\n1.0,0.12\n0.01,1.0\n")
    path = tmp_path / "gates.toml"
    path.write_text('schema = 1\nname = "m"\n[matrices.bench]\nfile = "comp.csv"\n')
    assert digest(read_toml(path).shared) == digest(parse_toml(MATRIX).shared)
    path.write_text('schema = 1\nname = "m"\n[matrices.bench]\nfile = "other.csv"\n')
    with pytest.raises(GateError, match=r"gates.toml, line 4, matrix bench, file: found .*other.csv"):
        read_toml(path)


@pytest.mark.parametrize(
    ("text", "found", "line"),
    [
        ('schema = 1\nname = "x', "Unterminated string", 2),
        ("schema = 1\nname = x\n", "Invalid value", 2),
        ("schema = 1\nschema = 1\n", "Cannot overwrite a value", 2),
        ("x = " + "[" * 5000, "lists or numbers that cannot be read", None),
        ("x = " + "9" * 5000, "lists or numbers that cannot be read", None),
    ],
)
def test_text_that_is_not_toml(text: str, found: str, line: int | None) -> None:
    with pytest.raises(GateError) as caught:
        parse_toml(text)
    (problem,) = caught.value.problems
    assert problem.found.startswith(found)
    assert problem.line == line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="cannot be read"):
        read_toml(tmp_path / "none.toml")
    path = tmp_path / "gates.toml"
    path.write_bytes(b'schema = 1\nname = "\xff"\n')
    with pytest.raises(GateError, match=r"gates.toml, line 2: found bytes that are not UTF-8 text"):
        read_toml(path)


def test_a_reason_that_was_never_given_is_written_as_such() -> None:
    strategies = parse_toml(TEMPLATE)
    again = parse_toml(write_toml(StrategySet(strategies.shared, strategies.exceptions)))
    assert set(again.reasons.values()) == {NO_REASON}


def test_a_number_beyond_doubles_is_not_taken_for_infinity() -> None:
    assert any(p.expected == "a finite number" for p in spoilt("t = 262144", "t = 1" + "0" * 400))


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=4)
)
KEYS = ("schema", "name", "transforms", "matrices", "axes", "ratios", "gates", "thresholds", "markers", "roles",
        "subsets", "exceptions", "kind", "bounds", "axis", "from", "vertices", "where", "dividers", "gate")  # fmt: skip


@given(
    st.recursive(
        scalars.filter(lambda value: value is not None),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
        max_leaves=12,
    )
)
def test_any_toml_is_read_or_refused_in_words(value: object) -> None:
    text = "\n".join(f"{key} = {inline(value)}" for key in KEYS[1:12] if key != "name") + '\nschema = 1\nname = "x"\n'
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # pragma: no cover - the test writes TOML
        pytest.fail("the test made no TOML")
    with pytest.raises(GateError) as caught:
        parse_toml(text + "nonsense = 1\n")
    assert all(problem.line for problem in caught.value.problems)


def inline(value: object) -> str:
    """A value as TOML."""
    import json

    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "inf" if value == float("inf") else "-inf" if value == float("-inf") else repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def test_lines_of_every_kind_of_key() -> None:
    text = "\n".join(
        [
            "# remark",
            "a = 1 # [not] a heading",
            '"b c".d = """',
            "x = 1",
            "[y]",
            '"""',
            "e = [ # remark ]",
            "  { f = 'it}' },",
            "  [1,",
            "   2],",
            "]",
            "[g]",
            "h = { i = { j = 1 }, k = [1, 2] }",
            "[[g.m]]",
            "n = 1",
            "[[g.m]]",
            "[g.m.o]",
            "p = '''",
            "",
            "'''",
            "q = 2",
        ]
    )
    tomllib.loads(text)
    lines = key_lines(text)
    assert {
        ("a",): 2, ("b c",): 3, ("b c", "d"): 3, ("e",): 7, ("e", 0): 8, ("e", 0, "f"): 8, ("e", 1): 9, ("e", 1, 1): 10,
        ("g",): 12, ("g", "h", "i", "j"): 13, ("g", "h", "k", 1): 13, ("g", "m"): 14, ("g", "m", 0): 14,
        ("g", "m", 0, "n"): 15, ("g", "m", 1): 16, ("g", "m", 1, "o"): 17, ("g", "m", 1, "o", "p"): 18,
        ("g", "m", 1, "o", "q"): 21,
    }.items() <= lines.items()  # fmt: skip


def test_an_empty_strategy_is_one() -> None:
    assert parse_toml('schema = 1\nname = "none"\n').shared == Strategy("none", ())
