"""Scales of a FlowJo sample: how each channel is displayed, hence the space in which its gates were drawn.

FlowJo writes the coordinates of rectangles and polygons in linear units and joins the vertices of a polygon by straight
lines on the display; ellipses it writes in display channels, 0 to 256 on either axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from costim.cytometry.interchange.flowjo_errors import NotApplicableError
from costim.cytometry.interchange.flowjo_xml import attribute, child, children, local, number, optional_number
from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale, ScaleError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

CHANNELS = 256
"""Display channels of one axis."""


@dataclass(frozen=True, slots=True)
class Display:
    """The part of an axis that FlowJo shows, in units of that axis: display channel 0 and display channel 256."""

    low: float
    high: float

    @property
    def step(self) -> float:
        """Width of one display channel."""
        return (self.high - self.low) / CHANNELS


@dataclass(frozen=True, slots=True)
class ChannelScale:
    """How one channel is displayed."""

    kind: str
    """As FlowJo names it: linear, log, logicle, biex, fasinh, hyperlog, or one that is not known here."""
    scale: Scale | None = None
    """None for a linear channel, whose values are taken as they are, and for a kind that is not known."""
    display: Display | None = None
    """None where the kind is not known or its numbers make no sense."""
    gain: float = 1.0
    problem: str = ""
    """Why the scale cannot be used, in words."""

    @property
    def known(self) -> bool:
        """Can polygons be drawn on it?"""
        return not self.problem


def read_scales(transformations: Element | None) -> dict[str, ChannelScale]:
    """Channel as FlowJo names it (`Comp-FITC-A` apart from `FITC-A`) -> how it is displayed."""
    scales = {}
    for element in children(transformations):
        name = attribute(child(element, "parameter"), "name")
        if name:
            scales[name] = _scale(element)
    return scales


def _scale(element: Element) -> ChannelScale:
    kind = local(element.tag)
    make = _KINDS.get(kind)
    if make is None:
        return ChannelScale(kind, problem=f"the scale {kind!r}, whose formula is not published")
    try:
        return make(element)
    except ScaleError as error:
        return ChannelScale(kind, problem=f"a {kind} scale that makes no sense: {error}")
    except NotApplicableError as error:
        return ChannelScale(kind, problem=f"a {kind} scale with {error.found}")


def _linear(element: Element) -> ChannelScale:
    low, high = number(element, "minRange"), number(element, "maxRange")
    gain = optional_number(element, "gain")
    # Known from workspaces in the field: a range of nothing. Polygons do not need it; ellipses do.
    display = Display(low, high) if low < high else None
    return ChannelScale("linear", None, display, 1.0 if gain is None else gain)


def _log(element: Element) -> ChannelScale:
    offset, decades = number(element, "offset"), number(element, "decades")
    if not (offset > 0 and 0 < decades <= 100):
        return ChannelScale("log", problem=f"a log scale with offset {offset:g} and {decades:g} decades")
    # FlowJo: (log10 of max(x, offset) - log10 of offset) / decades, the log scale of GatingML with a floor at 0.
    return ChannelScale("log", Log(offset * 10.0**decades, decades, bound_min=0.0), Display(0.0, 1.0))


def _logicle(element: Element) -> ChannelScale:
    t, w, m, a = (number(element, key, key.lower()) for key in "TWMA")
    return ChannelScale("logicle", Logicle(t=t, w=w, m=m, a=a), Display(0.0, 1.0))


def _hyperlog(element: Element) -> ChannelScale:
    t, w, m, a = (number(element, key, key.lower()) for key in "TWMA")
    return ChannelScale("hyperlog", Hyperlog(t=t, w=w, m=m, a=a), Display(0.0, 1.0))


def _fasinh(element: Element) -> ChannelScale:
    # FlowJo also writes length, maxRange and W, which do not enter the formula.
    t, m, a = (number(element, key, key.lower()) for key in "TMA")
    return ChannelScale("fasinh", Asinh(t, m, a), Display(0.0, 1.0))


def _biex(element: Element) -> ChannelScale:
    negative, width, positive = (number(element, key) for key in ("neg", "width", "pos"))
    scale = Biex(negative, width, positive, number(element, "maxRange"))
    return ChannelScale("biex", scale, Display(0.0, float(scale.channels)))


_KINDS = {
    "linear": _linear,
    "log": _log,
    "logicle": _logicle,
    "hyperlog": _hyperlog,
    "fasinh": _fasinh,
    "biex": _biex,
}
