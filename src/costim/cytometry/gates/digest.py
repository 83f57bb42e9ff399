"""A short proof that two strategies are the same."""

from __future__ import annotations

import hashlib
import json

from costim.cytometry.gates.canonical import strategy_content
from costim.cytometry.gates.model import Strategy


def digest(strategy: Strategy) -> str:
    """SHA-256 of the content of a strategy (see `strategy_content`), 64 hexadecimal digits.

    Equal for strategies that put the same events into the same populations for the same reasons, whatever the order of
    their independent parts, the format of their numbers and the name of the strategy; different as soon as one number,
    name, channel, transform or matrix differs.
    """
    text = json.dumps(
        strategy_content(strategy), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()
