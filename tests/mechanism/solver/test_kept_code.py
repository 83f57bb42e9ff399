"""Machine code is kept between processes, and old code never runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from numba import types

from costim.mechanism.solver import jit, ready
from tests.mechanism.solver.asking import LOOP

ROW = types.Array(types.float64, 1, "C")
TWICE = "def twice(x):\n    for i in range(len(x)):\n        x[i] *= {}\n"


def written(path, factor):
    path.write_text(TWICE.format(factor))
    space = {"__name__": "kept_code", "__file__": str(path)}
    exec(compile(path.read_text(), str(path), "exec"), space)  # noqa: S102 - the text above
    return space["twice"]


def run(function, sources):
    compiled = jit.kept(function, types.void(ROW), sources)
    x = np.array([3.0])
    compiled(x)
    return x[0], compiled.stats.cache_hits.total()


def test_code_is_loaded_where_all_sources_are_the_same(tmp_path):
    path = tmp_path / "kept_code.py"
    assert run(written(path, 2.0), [b"a", b"b"]) == (6.0, 0)
    assert run(written(path, 2.0), [b"a", b"b"]) == (6.0, 1)
    assert run(written(path, 2.0), [b"a", b"c"]) == (6.0, 0), "another source inside: compiled again"


def test_code_of_another_text_is_not_loaded_even_where_time_and_size_of_the_file_are_the_same(tmp_path):
    path = tmp_path / "kept_code.py"
    function = written(path, 2.0)
    seconds = path.stat().st_mtime_ns
    assert run(function, [path.read_bytes()]) == (6.0, 0)
    function = written(path, 5.0)
    os.utime(path, ns=(seconds, seconds))
    assert run(function, [path.read_bytes()]) == (15.0, 0)


def test_where_the_folder_of_the_program_cannot_be_written_the_folder_of_the_user_is_taken(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (tmp_path / "program").mkdir()
    path = tmp_path / "program" / "kept_code.py"
    (path.parent / "__pycache__").write_text("in the way: not even an administrator can make a folder of this name")
    assert run(written(path, 2.0), [b"a"]) == (6.0, 0)
    assert run(written(path, 2.0), [b"a"]) == (6.0, 1)
    assert list((tmp_path / "home").rglob("*.nbc"))


def test_without_a_file_it_is_compiled_in_each_process():
    space = {}
    exec(compile(TWICE.format(2.0), "<nowhere>", "exec"), space)  # noqa: S102 - the text above
    assert run(space["twice"], [b"x"]) == (6.0, 0)


def test_digest_covers_every_module_of_the_solver_that_is_compiled():
    """A module whose functions are called from compiled code but that is missing there could run old code."""
    import costim.mechanism.solver as room

    for path in Path(next(iter(room.__path__))).glob("*.py"):
        text = path.read_text("utf-8")
        if "@part" in text or "@naming_part" in text or path.stem in {"tsit5", "rodas5p", "room", "batch"}:
            assert path.stem in ready.INSIDE, path.stem


@pytest.mark.slow
def test_a_second_process_loads_what_the_first_compiled(tmp_path):
    """Also where the folder of the program cannot be written: the folder of NUMBA_CACHE_DIR stands for the user's."""
    code = (
        "import json; from costim.mechanism.model.catalogue import load_model\n"
        "from costim.mechanism.population.draw import typical\n"
        "from tests.mechanism.solver.asking import doses\n"
        "from costim.mechanism.solver.solve import solve; from costim.mechanism.solver import ready\n"
        "m = load_model('loop'); s = solve(m, typical(m).values, doses((0, 600, .2)), [28.0])\n"
        "b, f = ready.compiled_batch(), ready.functions(m)\n"
        "hits = [one.stats.cache_hits.total() for one in (b, f.rates, f.jacobian, f.at_dose, f.baseline)]\n"
        "print(json.dumps([hits, s.states[0, 0].tolist()]))"
    )
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    found = [
        json.loads(subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True).stdout)
        for _ in range(2)
    ]
    assert found[0][0] == [0, 0, 0, 0, 0]
    assert found[1][0] == [1, 1, 1, 1, 1]
    assert found[0][1] == found[1][1]


def test_functions_are_compiled_once_for_models_that_differ_in_values_only():
    from costim.mechanism.model.catalogue import load_model

    rival = load_model("no_cooperative_loop")
    assert ready.functions(rival) is ready.functions(LOOP)
    assert ready.functions(load_model("turnover")) is not ready.functions(LOOP)
    assert isinstance(ready.functions(LOOP).rates, numba.core.dispatcher.Dispatcher)
