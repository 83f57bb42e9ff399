"""Real files of fourteen instrument models, read in place: values as independent readers see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from costim.cytometry.fcs.decode import stored
from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.fcs.read import open_fcs
from tests.cytometry.fcs.peers import (
    ask,
    by_fcsparser,
    by_flowcal,
    by_flowio,
    by_flowio_first_set,
    by_flowio_header,
    by_flowio_text,
)

Reader = Callable[[Path], NDArray[np.float64]]
pytestmark = pytest.mark.oracle


@dataclass(frozen=True)
class Real:
    """A file, what it is, and who else reads it."""

    path: str
    instrument: str
    version: str
    shape: tuple[int, int]
    readers: tuple[Reader, ...] = (by_flowio, by_flowcal)
    codes: frozenset[str] = frozenset()


def real(path: str, instrument: str, version: str, shape: tuple[int, int], *readers: Reader, codes: str = "") -> Real:
    named = frozenset(f"fcs_{code}" for code in codes.split())
    return Real(path, instrument, version, shape, readers or (by_flowio, by_flowcal), named)


OURS = [
    real("cytoflow_instruments/Accuri - C6.fcs", "Accuri C6", "FCS3.0", (60661, 14), by_flowio_header, by_flowcal,
         codes="supplement_overlaps offsets_disagree data_end_exclusive"),
    real("cytoflow_instruments/Beckman Coulter - Gallios.LMD", "Gallios", "FCS2.0", (26383, 6), by_flowio_first_set,
         by_flowcal, by_fcsparser, codes="empty_value several_data_sets timestep"),
    real("cytoflow_instruments/Cytek xP5.fcs", "Cytek xP5", "FCS3.0", (23126, 8), by_flowcal),
    real("cytoflow_instruments/Partec - PAS.FCS", "partec PAS", "FCS2.0", (33649, 8), by_flowio_header, by_flowcal,
         by_fcsparser, codes="empty_value timestep data_end_exclusive"),
    real("cytometryinr/2025-10_22_Contrad.fcs", "", "FCS3.0", (1852, 33), codes="empty_value gain_ignored"),
    real("cytometryinr/2025_07_26_AB_02_NY068_02_Ctrl.fcs", "Aurora", "FCS3.0", (100, 43)),
    real("cytometryinr/CellCounts5L_AB_01-INF105-04_01.fcs", "Aurora", "FCS3.1", (6208, 71)),
    real("cytometryinr/CellCounts5L_AB_01-INF105-09_01.fcs", "Aurora", "FCS3.1", (2760, 71)),
    real("cytometryinr/CellCounts5L_AB_01-ND006-01.fcs", "Aurora", "FCS3.1", (3424, 71)),
    real("flowai/flowai_Bcells1.fcs", "LSRII", "FCS3.1", (64562, 13)),
    real("flowcal/Data001.fcs", "FACScan", "FCS2.0", (20949, 6), codes="text_not_utf8 amplification_offset timestep"),
    real("flowcal/Data002.fcs", "FACSCantoII", "FCS2.0", (20000, 9), codes="amplification_offset timestep"),
    real("flowcal/Data003.fcs", "Cytek xP3+", "FCS3.0", (25000, 8), by_flowcal),
    real("flowcal/sample001.fcs", "Cytek xP3+", "FCS3.0", (33024, 8), by_flowcal),
    real("flowcal/sample006.fcs", "Cytek xP3+", "FCS3.0", (32224, 8), by_flowcal),
    real("flowkit/100715.fcs", "FACSAria", "FCS2.0", (65016, 16), codes="empty_value"),
    real("flowkit/index_sorted/index_sorted_example.fcs", "FACSAriaIII", "FCS3.0", (384, 13), codes="gain_ignored"),
    real("flowkit/noncompliant/data_start_offset_discrepancy_example.fcs", "S1400EXi", "FCS3.0", (2, 26),
         by_flowio_text, codes="gain_ignored timestep offsets_disagree values_implausible"),
    real("flowkit/noncompliant/data_stop_offset_discrepancy_example.fcs", "S1400EXi", "FCS3.0", (2, 26),
         by_flowio_text, by_fcsparser, codes="gain_ignored timestep offsets_disagree values_implausible"),
    real("flowkit/simple_line_example/data_set_simple_line_100.fcs", "", "FCS3.1", (100, 2)),
    *(real(f"flowstats_itn/itn_sample{n:02d}.fcs", "FACSCanto", "FCS3.1", (10000, 8), codes="timestep")
      for n in range(1, 11)),
]  # fmt: skip

OTHERS = [
    real("Cytek_xP5/Cytek_xP5.fcs", "Cytek xP5", "FCS3.0", (23126, 8), by_flowcal),
    real("FACSCaliburHTS/Sample_Well_A02.fcs", "FACSCalibur", "FCS2.0", (37395, 8),
         codes="text_not_utf8 amplification_offset timestep"),
    real("Fortessa/FCS_3.0_Fortessa_PBS_Specimen_001_A1_A01.fcs", "LSRII", "FCS3.0", (11585, 11),
         codes="empty_value gain_ignored"),
    real("HTS_BD_LSR-II/HTS_BD_LSR_II_Mixed_Specimen_001_D6_D06.fcs", "LSRII", "FCS3.0", (14945, 11),
         codes="gain_ignored"),
    real("MiltenyiBiotec/FCS2.0/EY_2013-07-19_PBS_FCS_2.0_Custom_Without_Add_Well_A1.001.fcs", "MACSQuant", "FCS2.0",
         (10000, 16), by_flowio, by_flowcal, by_fcsparser),
    real("MiltenyiBiotec/FCS3.0/FCS3.0_Custom_Compatible.fcs", "MACSQuant", "FCS3.0", (10000, 16), by_flowio,
         by_flowcal, by_fcsparser),
    real("MiltenyiBiotec/FCS3.1/EY_2013-07-19_PBS_FCS_3.1_Custom_Add_Well_A1.001.fcs", "MACSQuant", "FCS3.1",
         (10000, 19), by_flowio_text, by_flowcal, by_fcsparser, codes="text_end data_end_exclusive"),
    real("MiltenyiBiotec/FCS3.1/EY_2013-07-19_PBS_FCS_3.1_Custom_Without_Add_Well_A1.001.fcs", "MACSQuant", "FCS3.1",
         (10000, 19), by_flowio_text, by_flowcal, by_fcsparser, codes="text_end data_end_exclusive"),
    real("MiltenyiBiotec/FCS3.1/EY_2013-07-19_PBS_FCS_3.1_Well_A1.001.fcs", "MACSQuant", "FCS3.1", (10000, 19),
         by_flowio_text, by_flowcal, by_fcsparser, codes="text_end data_end_exclusive"),
    real("MiltenyiBiotec/FCS3.1/SG_2014-09-26_Duplicate_Names.fcs", "MACSQuant", "FCS3.1", (8129, 9), by_flowio_text,
         by_flowcal, by_fcsparser, codes="text_end keyword_repeated data_end_exclusive"),
    real("cyflow_cube_8/cyflow_cube_8.fcs", "Cube_15", "FCS3.0", (725, 10), by_flowio, by_fcsparser,
         codes="text_end supplement_unreadable"),
]  # fmt: skip


@pytest.fixture(scope="session")
def shipped() -> Path:
    """Files that the test dependency fcsparser ships."""
    import fcsparser

    return Path(fcsparser.__file__).parent / "tests" / "data" / "FlowCytometers"


def as_stored(file: FcsFile) -> NDArray[np.float64]:
    data = file.data()
    columns = [stored(data, file.layout, column, 0, file.events) for column in file.layout.columns]
    return np.stack(columns, axis=1).astype(np.float64)


def check(case: Real, folder: Path) -> None:
    file = open_fcs(folder / case.path)
    assert (file.version, file.events, len(file.channels)) == (case.version, *case.shape)
    assert case.instrument in file.keywords.get("$CYT", "")
    assert {finding.code for finding in file.findings} == case.codes
    numbers = as_stored(file)
    for reader in case.readers:
        np.testing.assert_array_equal(numbers, ask(reader, folder / case.path))
    raw = file.raw()
    if raw is not None and not any(column.mask for column in file.layout.columns):
        np.testing.assert_array_equal(raw.astype(np.float64), numbers)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case.path)
def test_numbers_as_other_readers_see_them(case: Real, fcs_data: Path) -> None:
    check(case, fcs_data)


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.path)
def test_numbers_of_files_of_a_package(case: Real, shipped: Path) -> None:
    check(case, shipped)


def test_every_file_of_the_folder_is_here(fcs_data: Path) -> None:
    there = {str(path.relative_to(fcs_data)) for path in fcs_data.rglob("*") if path.suffix.lower() in (".fcs", ".lmd")}
    assert there == {case.path for case in OURS}


def test_there_are_more_than_eight_instruments() -> None:
    assert len({case.instrument for case in OURS + OTHERS} - {""}) >= 14


@pytest.mark.parametrize("case", [c for c in OURS if by_flowio in c.readers], ids=lambda case: case.path)
def test_scale_values_as_flowio_computes_them(case: Real, fcs_data: Path) -> None:
    import flowio

    path = fcs_data / case.path
    file = open_fcs(path)
    theirs = ask(lambda place: flowio.FlowData(str(place)).as_array(preprocess=True), path)
    np.testing.assert_allclose(file.read(range(len(file.channels))), theirs, rtol=1e-12)


def test_second_data_set_of_a_list_mode_file(fcs_data: Path) -> None:
    path = fcs_data / "cytoflow_instruments/Beckman Coulter - Gallios.LMD"
    file = open_fcs(path, 1)
    assert (file.version, file.n_data_sets, file.data_set) == ("FCS3.0", 2, 1)

    def second(place: Path) -> NDArray[np.float64]:
        import flowio

        return np.asarray(flowio.read_multiple_data_sets(str(place))[1].as_array(preprocess=False))

    np.testing.assert_array_equal(as_stored(file), ask(second, path))
    with pytest.raises(FcsError, match="found 2 data sets"):
        open_fcs(path, 2)


def test_offsets_of_large_files(shipped: Path) -> None:
    """The file has the DATA of another one, and its place in TEXT only; no peer reads it."""
    like = open_fcs(shipped / "Fortessa/FCS_3.0_Fortessa_PBS_Specimen_001_A1_A01.fcs")
    file = open_fcs(shipped / "fake_large_fcs/fake_large_fcs.fcs")
    assert "fcs_header_blank" in {finding.code for finding in file.findings}
    np.testing.assert_array_equal(file.read(range(11)), like.read(range(11)))


def test_files_that_are_cut_off_or_spoilt_are_refused(shipped: Path) -> None:
    with pytest.raises(FcsError, match="DATA from 5912 to 2165911, and 0 bytes there"):
        open_fcs(shipped / "cytek-nl-2000/sample_header.fcs")
    with pytest.raises(FcsError, match="does not begin with FCS"):
        open_fcs(shipped / "corrupted/corrupted.fcs")
