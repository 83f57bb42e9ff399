"""One study and one population for the tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from costim.simulated.biases import Biases
from costim.simulated.cohort import Cohort, draw_cohort
from costim.simulated.design import StudyDesign
from costim.simulated.sampled import Population, sample_population
from costim.simulated.study import write_study
from costim.simulated.truth import Truth, population_truth

PATIENTS = 1000
SELECTED = StudyDesign(biases=Biases(selected_high=18.0))


@pytest.fixture(scope="session")
def cohort() -> Cohort:
    """Ten patients of the usual design."""
    return draw_cohort(StudyDesign(), 5)


@pytest.fixture(scope="session")
def truth() -> Truth:
    """True values of the usual design."""
    return population_truth(StudyDesign(), PATIENTS)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study without files, seed 5."""
    out = tmp_path_factory.mktemp("simulated") / "study"
    write_study(out, StudyDesign(), 5, population=PATIENTS)
    return out


@pytest.fixture(scope="session")
def selected() -> Population:
    """A thousand patients who entered with a high reading."""
    return sample_population(SELECTED, PATIENTS)
