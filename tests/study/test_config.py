import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.study.config import read_config
from costim.study.places import Place
from costim.study.rules.variants import known_variants
from tests.study.folder import CONFIG, errors, findings_of, only, where


def spoil(tmp_path, old, new):
    assert old in CONFIG
    return findings_of(tmp_path / "s", config=CONFIG.replace(old, new, 1))


def test_syntax_error_with_line_and_character(tmp_path):
    found = only(spoil(tmp_path, 'id = "small"', "id = small"), "toml_syntax")
    assert where(found) == ("study.toml", "", 3, "")
    assert found.found == "Invalid value, at character 6 of the line"
    assert found.expected == 'text in straight quotation marks on one line, e.g. title = "Ten patients"'


def test_unknown_key(tmp_path):
    found = only(spoil(tmp_path, "title =", "titel ="), "unknown_key")
    assert where(found) == ("study.toml", "", 4, "study.titel")
    assert found.expected == "did you mean 'title'?"
    assert found.action == "correct the key, or delete it"


def test_missing_key(tmp_path):
    found = only(spoil(tmp_path, 'title = "A small study"\n', ""), "missing_key")
    assert where(found) == ("study.toml", "", 2, "study.title")
    assert found.action == "add study.title to the settings"


@pytest.mark.parametrize(
    ("old", "new", "place", "found", "expected"),
    [
        ("schema = 1", "schema = 2", (1, "schema"), "2", "one of 1"),
        ('"first_infusion_is_day_0"', '"day_0"', (5, "study.day_convention"), "day_0",
         "one of 'first_infusion_is_day_0' or 'first_infusion_is_day_1'"),
        ('id = "small"', 'id = "a b"', (3, "study.id"), "a b",
         "a name of letters, digits and _ . + -, beginning with a letter or digit"),
        ('id = "small"', 'id = "a"\nlevel = nan', (4, "study.level"), "nan", "a finite number"),
        ('id = "small"', 'id = "a"\ndays_per_month = 0', (4, "study.days_per_month"), "0", "a number from 28 to 31"),
        ("day = 28", 'day = "28th"', (11, "visits[2].day"), "28th",
         "a number"),
        ("window = [-3, 3]", "window = [3, -3]", (12, "visits[2].window"), "3 to -3", "the smaller number first"),
        ('{ visits = ["entry"] }', "{ from_day = 3, to_day = 1 }", (15, "contrasts[1].baseline"),
         "from_day 3, to_day 1", "from_day not after to_day"),
        ('{ visits = ["entry"] }', "{}", (15, "contrasts[1].baseline"), "name visits or give from_day / to_day",
         "names and values that fit together"),
    ],
)  # fmt: skip
def test_impossible_settings(tmp_path, old, new, place, found, expected):  # noqa: PLR0917
    findings = [f for f in spoil(tmp_path, old, new) if f.code == "setting_invalid"]
    assert [(f.row, f.column) for f in findings][:1] == [place]
    assert findings[0].found == found
    assert findings[0].expected == expected


def test_names_that_do_not_meet_are_said_one_by_one(tmp_path):
    config = CONFIG.replace('contrast = "entry_to_day28"', 'contrast = "no_such"').replace('["entry"]', '["enrty"]')
    findings = [f for f in findings_of(tmp_path / "s", config=config) if f.code == "setting_invalid"]
    assert [(f.row, f.column, f.found, f.expected) for f in findings] == [
        (15, "contrasts[1].baseline.visits", "enrty", "did you mean 'entry'?"),
        (20, "endpoints[1].contrast", "no_such", "one of entry_to_day28"),
    ]
    assert findings[0].action == "correct contrasts[1].baseline.visits, or declare it under [[visits]]"


def test_a_name_declared_twice(tmp_path):
    found = only(spoil(tmp_path, 'name = "day28"', 'name = "entry"\n[[visits]]\nname = "day28"'), "setting_invalid")
    assert where(found) == ("study.toml", "", 10, "visits[2].name")
    assert found.found == "entry, declared twice"


@pytest.mark.parametrize("key", ["sledai", "steroid_table", "depletion", "np_grouping"])
def test_a_variant_that_no_registry_holds(tmp_path, key):
    found = only(findings_of(tmp_path / "s", config=f'{CONFIG}[variants]\n{key} = "sledai_2k"\n'), "unknown_variant")
    assert where(found) == ("study.toml", "", 22, f"variants.{key}")
    assert found.expected.startswith(f"one of {known_variants()[key][0]}")


def test_unknown_key_in_an_inline_table(tmp_path):
    found = only(
        spoil(tmp_path, 'baseline = { visits = ["entry"] }', 'baseline = { visit = ["entry"] }'), "unknown_key"
    )
    assert where(found) == ("study.toml", "", 15, "contrasts[1].baseline.visit")
    assert found.expected == "did you mean 'visits'?"


def test_tables_are_checked_although_the_settings_are_broken(tmp_path):
    findings = findings_of(tmp_path / "s", {"subjects": "subject,age_years\n1,old\n"}, config="schema = ")
    assert sorted(errors(findings)) == ["text_in_number", "toml_syntax", "unknown_subject", "unknown_subject"]


def test_byte_order_mark_and_latin_1(tmp_path):
    plan, _, findings = read_config(b"\xef\xbb\xbf" + CONFIG.encode(), Place("study.toml"))
    assert plan is not None
    assert only(findings, "encoding_repaired").severity == "repair"
    plan, _, findings = read_config(CONFIG.replace("small study", "smäll study").encode("cp1252"), Place("study.toml"))
    assert plan is None
    assert where(only(findings, "not_a_text_file")) == ("study.toml", "", 4, "")


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "a" * 100 + " = \x00", "a = '\ud800'"])
def test_hostile_settings(text):
    plan, _, findings = read_config(text.encode("utf-8", "surrogatepass"), Place("study.toml"))
    assert plan is None
    assert findings


@given(st.text(max_size=80), st.integers(0, len(CONFIG)))
@settings(max_examples=100)
def test_arbitrary_text_never_raises(text, at):
    for config in (text, CONFIG[:at] + text + CONFIG[at:]):
        plan, _, findings = read_config(config.encode("utf-8", "replace"), Place("study.toml"))
        assert (plan is None) == any(f.severity == "error" for f in findings)
