"""What the command says."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from costim.cli.simulate_study import simulate_study
from costim.simulated import truth as truth_room


def test_it_says_what_was_written_and_that_nobody_exists(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("costim.simulated.study.population_truth", lambda d, _n: truth_room.population_truth(d, 200))
    simulate_study(tmp_path / "s", seed=3, patients=3, regimens=("1000 mg x2 q14d",), biases=("steroid_pulse=0.4",))
    said = capsys.readouterr().out
    assert "3 virtual patients, model loop; nobody in it exists." in said
    assert "Biases: steroid_pulse 0.4" in said
    assert "with the biases" in said
    assert "it predicts no trial" in said
    assert (tmp_path / "s" / "study.toml").exists()
    assert 'intervention = "Rituximab: 1000 mg x2 q14d"' in (tmp_path / "s" / "study.toml").read_text(encoding="utf-8")


def test_it_stops_with_every_reason_and_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as stopped:
        simulate_study(tmp_path / "s", biases=("gatedrift", "missing_visits=x"))
    assert stopped.value.exit_code == 1
    said = capsys.readouterr().err
    assert "did you mean 'gate_drift'?" in said
    assert "missing_visits: found 'x'" in said
    assert not (tmp_path / "s").exists()
