"""Gating-ML documents as text, and what their gates hold of events written to a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from costim.cytometry.events import Events
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.fcs.write import NewChannel, write_fcs
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import Strategy
from costim.cytometry.interchange.gatingml_read import parse_gatingml

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gating:Gating-ML
  xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating"
  xmlns:transforms="http://www.isac-net.org/std/Gating-ML/v2.0/transformations"
  xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes">
"""
FIRST_LINE = HEAD.count("\n") + 1
"""Line on which the body of a document begins."""


def document(body: str) -> bytes:
    """A whole document."""
    return f"{HEAD}{body}\n</gating:Gating-ML>\n".encode()


def read(body: str) -> Strategy:
    """The strategy of a document that has nothing to remark on."""
    strategy, findings = parse_gatingml(document(body))
    assert findings == ()
    return strategy


def dim(channel: str, *, comp: str = "uncompensated", scale: str = "", low: str = "", high: str = "") -> str:
    """A dimension of a gate; of a ratio where the channel begins with @."""
    ends = "".join(f' gating:{key}="{value}"' for key, value in (("min", low), ("max", high)) if value)
    scaled = f' gating:transformation-ref="{scale}"' if scale else ""
    return f'<gating:dimension gating:compensation-ref="{comp}"{scaled}{ends}>{what(channel)}</gating:dimension>'


def what(channel: str) -> str:
    """A channel, or a ratio where it begins with @."""
    if channel.startswith("@"):
        return f'<data-type:new-dimension data-type:transformation-ref="{channel[1:]}"/>'
    return f'<data-type:fcs-dimension data-type:name="{channel}"/>'


def gate(kind: str, name: str, *parts: str, parent: str = "") -> str:
    """A gate."""
    above = f' gating:parent_id="{parent}"' if parent else ""
    return f'<gating:{kind} gating:id="{name}"{above}>{"".join(parts)}</gating:{kind}>\n'


def vertices(*points: tuple[float, float]) -> str:
    """Vertices of a polygon."""
    return "".join(f"<gating:vertex>{coordinates(*point)}</gating:vertex>" for point in points)


def coordinates(*values: float) -> str:
    """Coordinates of a point."""
    return "".join(f'<gating:coordinate data-type:value="{value}"/>' for value in values)


def ellipsoid(mean: tuple[float, ...], rows: tuple[tuple[float, ...], ...], square: float) -> str:
    """What an ellipsoid has beside its dimensions."""
    lines = "".join(
        "<gating:row>" + "".join(f'<gating:entry data-type:value="{value}"/>' for value in row) + "</gating:row>"
        for row in rows
    )
    return (
        f"<gating:mean>{coordinates(*mean)}</gating:mean><gating:covarianceMatrix>{lines}</gating:covarianceMatrix>"
        f'<gating:distanceSquare data-type:value="{square}"/>'
    )


def transformation(name: str, kind: str, bounds: str = "", inside: str = "", **parameters: float) -> str:
    """A transformation."""
    written = "".join(f' transforms:{key}="{value}"' for key, value in parameters.items())
    inner = f"<transforms:{kind}{written}>{inside}</transforms:{kind}>"
    return f'<transforms:transformation transforms:id="{name}"{bounds}>{inner}</transforms:transformation>\n'


def spectrum(name: str, fluorochromes: list[str], detectors: list[str], rows: list[list[float]], flag: str = "") -> str:
    """A spectrum matrix."""
    numbers = "".join(
        "<transforms:spectrum>"
        + "".join(f'<transforms:coefficient transforms:value="{value!r}"/>' for value in row)
        + "</transforms:spectrum>"
        for row in rows
    )
    lists = "".join(
        f"<transforms:{part}>{''.join(map(what, names))}</transforms:{part}>"
        for part, names in (("fluorochromes", fluorochromes), ("detectors", detectors))
    )
    return f'<transforms:spectrumMatrix transforms:id="{name}"{flag}>{lists}{numbers}</transforms:spectrumMatrix>\n'


def held(
    folder: Path, strategy: Strategy, keywords: dict[str, str] | None = None, **channels: object
) -> dict[str, str]:
    """Population -> a 1 for every event inside and a 0 for every other, of events written to a file and read again."""
    path = folder / "events.fcs"
    values = np.array(list(channels.values()), dtype=np.float64).T
    write_fcs(path, values, [NewChannel(name) for name in channels], keywords)
    found = memberships(strategy, Events(open_fcs(path), strategy))
    return {name: "".join("1" if inside else "0" for inside in mask) for name, mask in found.items()}
