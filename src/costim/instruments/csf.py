"""Cerebrospinal fluid: the IgG index from its four concentrations."""

from __future__ import annotations

from decimal import Decimal

from costim.instruments.rows import Reading, between


def _divided(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    return None if above is None or not below else above / below


def _times(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a * b


def compute_igg_index(
    csf_igg_mg_per_l: Reading, serum_igg_g_per_l: Reading, csf_albumin_mg_per_l: Reading, serum_albumin_g_per_l: Reading
) -> Reading:
    """IgG index: (CSF IgG / serum IgG) / (CSF albumin / serum albumin), dimensionless.

    Both pairs stand in mg/L over g/L, so that the factor 1000 cancels.

    Args:
        csf_igg_mg_per_l: IgG in cerebrospinal fluid.
        serum_igg_g_per_l: IgG in serum.
        csf_albumin_mg_per_l: albumin in cerebrospinal fluid.
        serum_albumin_g_per_l: albumin in serum.

    Returns:
        The index, or bounds when a concentration is known within bounds; no relation when nothing bounds it.
    """
    above = (csf_igg_mg_per_l, serum_albumin_g_per_l)
    below = (serum_igg_g_per_l, csf_albumin_mg_per_l)
    lower = _divided(_times(above[0].lower, above[1].lower), _times(below[0].upper, below[1].upper))
    upper = _divided(_times(above[0].upper, above[1].upper), _times(below[0].lower, below[1].lower))
    return between(lower, upper) if lower is not None or upper is not None else Reading()
