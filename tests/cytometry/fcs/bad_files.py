"""Files that break the standards, and some that only look as if, each with what must come of it."""

from __future__ import annotations

from tests.cytometry.fcs.bad_channels import CHANNELS
from tests.cytometry.fcs.bad_numbers import NUMBERS
from tests.cytometry.fcs.bad_offsets import OFFSETS
from tests.cytometry.fcs.bad_texts import TEXTS
from tests.cytometry.fcs.bad_totals import TOTALS
from tests.cytometry.fcs.bad_wholes import WHOLE_FILES

CASES = [*OFFSETS, *TOTALS, *CHANNELS, *NUMBERS, *TEXTS, *WHOLE_FILES]
