"""Gate pictures: counts are those of the gates, sparse frames show every event, axes are shared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.engine.gate import gate_file
from costim.cytometry.events import Events
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Divider,
    Ellipsoid,
    Operand,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Rectangle,
    Strategy,
)
from costim.cytometry.pictures.density import MOST_DOTS, SPARSE
from costim.cytometry.pictures.gate_pictures import gate_pictures
from costim.cytometry.pictures.marker_overlays import marker_overlays
from costim.cytometry.tube import Tube
from costim.registry.gate_pictures import GatePicture
from tests.cytometry.quality.synthetic_tubes import strategy_of, tube
from tests.cytometry.written_file import WrittenFile

Samples = list[tuple[Tube, object, Strategy]]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    folder = tmp_path_factory.mktemp("tubes")
    acquired = [tube(folder, "before", 1, b_cells=1_500), tube(folder, "after", 2, b_cells=12)]
    strategy = strategy_of(*(t for t, _ in acquired))
    return [(t, f, strategy) for t, f in acquired]


@pytest.fixture(scope="module")
def pictures(samples: Samples) -> tuple[GatePicture, ...]:
    return gate_pictures(samples)  # type: ignore[arg-type]


def test_every_gate_is_drawn_with_the_count_of_the_engine(samples: Samples, pictures: tuple[GatePicture, ...]) -> None:
    strategy = samples[0][2]
    drawn = {region.name for picture in pictures for region in picture.frames[0].regions}
    booleans = {gate.name for gate in strategy.gates if isinstance(gate, Boolean)}
    assert drawn == {name for name, _ in strategy.populations()} - booleans
    for i, (_, file, own) in enumerate(samples):
        counts: Mapping[str, int] = gate_file(file, own).counts  # type: ignore[arg-type]
        parents = dict(own.populations())
        for picture in pictures:
            for region in picture.frames[i].regions:
                assert region.count == counts[region.name]
                assert region.of == (counts[parents[region.name]] if parents[region.name] else file.events)  # type: ignore[attr-defined]


def test_visits_stand_side_by_side_in_order(samples: Samples, pictures: tuple[GatePicture, ...]) -> None:
    assert all([frame.visit for frame in picture.frames] == ["before", "after"] for picture in pictures)
    assert {(picture.subject, picture.panel) for picture in pictures} == {("P1", "B")}
    assert pictures == gate_pictures(samples)  # type: ignore[arg-type]


def test_sparse_frames_show_every_event_and_no_density(pictures: tuple[GatePicture, ...]) -> None:
    frames = [frame for picture in pictures for frame in picture.frames]
    sparse = [frame for frame in frames if frame.events < SPARSE]
    assert sparse
    for frame in sparse:
        assert (frame.density, frame.histogram) == (None, None)
        assert len(frame.points) == frame.points_of == frame.events
    for frame in frames:
        assert len(frame.points) == min(frame.points_of, MOST_DOTS)
        if frame.events >= SPARSE:
            assert (frame.density is None) != (frame.histogram is None)


def test_every_point_lies_on_the_axes(pictures: tuple[GatePicture, ...]) -> None:
    for picture in pictures:
        for frame in picture.frames:
            for x, y in frame.points:
                assert picture.x.lower - 1e-9 <= x <= picture.x.upper + 1e-9
                assert picture.y is None or picture.y.lower - 1e-9 <= y <= picture.y.upper + 1e-9


X, Y, Z = Axis("A"), Axis("B"), Axis("C")
SHAPES = Strategy(
    "shapes",
    (
        Polygon("triangle", "", X, Y, ((0.0, 0.0), (4.0, 0.0), (0.0, 4.0))),
        Polygon("turned", "", Y, X, ((0.0, 0.0), (4.0, 0.0), (0.0, 2.0))),
        Ellipsoid("round", "", (X, Y), (2.0, 2.0), ((1.0, 0.4), (0.4, 1.0)), 2.0),
        Rectangle("box", "", (Range(X, 1.0, 3.0), Range(Y, None, 2.0), Range(Z, 0.0, None))),
        Quadrants(
            "four",
            "box",
            (Divider("x", X, (2.0,)), Divider("y", Y, (1.0,))),
            (Quadrant("high", (("x", 1), ("y", 1))), Quadrant("left", (("x", 0),))),
        ),
        Boolean("either", "", "or", (Operand("triangle"), Operand("round"))),
    ),
)


@pytest.fixture
def shaped(monkeypatch: pytest.MonkeyPatch) -> tuple[GatePicture, ...]:
    rng = np.random.default_rng(1)
    data = rng.uniform(-1, 5, (150, 3))
    data[3, 0] = np.nan
    monkeypatch.setattr(WrittenFile, "events", property(lambda self: len(self.data)), raising=False)
    return gate_pictures([(Tube(path=Path("tube.fcs")), WrittenFile(("A", "B", "C"), data=data), SHAPES)])  # type: ignore[list-item]


def test_shapes_share_their_plane_and_boolean_gates_have_none(shaped: tuple[GatePicture, ...]) -> None:
    assert [(p.population, p.gates) for p in shaped] == [
        ("", ("triangle", "turned", "round", "box")),
        ("", ("box",)),
        ("box", ("high", "left")),
    ]
    assert shaped[0].frames[0].unplaced == 1
    assert shaped[0].frames[0].events == 149


def test_outlines_are_those_of_the_gates(shaped: tuple[GatePicture, ...]) -> None:
    regions = {region.name: region for region in shaped[0].frames[0].regions}
    assert regions["triangle"].outlines == (((0.0, 0.0), (4.0, 0.0), (0.0, 4.0), (0.0, 0.0)),)
    assert regions["turned"].outlines == (((0.0, 0.0), (0.0, 4.0), (2.0, 0.0), (0.0, 0.0)),)
    points = np.array(regions["round"].outlines[0]) - 2.0
    inverse = np.linalg.inv([[1.0, 0.4], [0.4, 1.0]])
    assert np.allclose(np.einsum("ij,jk,ik->i", points, inverse, points), 2.0)
    left, right = (f(x for x, _ in regions["box"].outlines[0]) for f in (min, max))
    bottom, top = (f(y for _, y in regions["box"].outlines[0]) for f in (min, max))
    assert (left, right, top) == (1.0, 3.0, 2.0)
    assert shaped[0].y is not None
    assert bottom == shaped[0].y.lower
    quadrants = {region.name: region for region in shaped[2].frames[0].regions}
    assert min(x for x, _ in quadrants["high"].outlines[0]) == 2.0
    assert max(x for x, _ in quadrants["left"].outlines[0]) == 2.0


def test_counts_of_shapes(shaped: tuple[GatePicture, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    data = rng.uniform(-1, 5, (150, 3))
    data[3, 0] = np.nan
    inside = memberships(SHAPES, Events(WrittenFile(("A", "B", "C"), data=data), SHAPES))  # type: ignore[arg-type]
    for picture in shaped:
        for region in picture.frames[0].regions:
            assert region.count == int(inside[region.name].sum())


def test_overlays_show_every_cell_or_a_histogram(samples: Samples) -> None:
    medians = {("P1/before/B", "b_cells", "cd40"): (2_000.0, 1_900.0, None)}
    overlays = marker_overlays(samples, medians, level=0.9)  # type: ignore[arg-type]
    assert [(o.marker, o.population) for o in overlays[:1]] == [("cd40", "b_cells")]
    assert {o.marker for o in overlays} == {"cd40", "cd80"}
    first = overlays[0]
    before, after = first.frames
    assert (before.cells, after.histogram) == ((), None)
    assert len(after.cells) == after.events < SPARSE <= before.events
    scale = samples[0][2].transforms["display"]
    assert before.median == pytest.approx(float(scale.apply(2_000.0)))
    assert (before.median_upper, after.median, first.level) == (None, None, 0.9)
    assert first.threshold is not None


def test_nothing_from_nothing() -> None:
    assert gate_pictures([]) == ()
    assert marker_overlays([]) == ()
