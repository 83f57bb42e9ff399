"""Keywords that may name or date a person: never printed.

What may be printed is listed; everything else is withheld, for programs of acquisition put names of patients into
keywords of their own. Dates may leave the program only as differences in days.
"""

from __future__ import annotations

import re

PERSONAL = frozenset(
    {
        "$OP", "$EXP", "$SRC", "$SMNO", "$FIL", "$PROJ", "$COM", "$CELLS", "$INST", "$DATE", "$BTIM", "$ETIM",
        "$BEGINDATETIME", "$ENDDATETIME", "$LAST_MODIFIED", "$LAST_MODIFIER", "$WELLID", "$PLATEID", "$PLATENAME",
        "$CARRIERID", "$LOCATIONID", "$UNSTAINEDINFO", "$ORIGINALITY", "TUBE NAME", "EXPERIMENT NAME", "SAMPLE ID",
        "PATIENT ID", "PATIENT NAME", "CASE NUMBER", "EXPORT USER NAME", "EXPORT TIME", "USER", "GUID", "FILENAME",
        "@SAMPLEID1", "@SAMPLEID2", "@SAMPLEID3", "@SAMPLEID4",
    }
)  # fmt: skip
"""Keywords of the standards, and usual ones of instrument makers, that hold names, dates or numbers of people."""

_TECHNICAL = re.compile(
    r"\$(P[0-9]+([BCDEFGLNOPRSTVW]|DATATYPE|CALIBRATION|DET|FEATURE|TAG|TYPE|ANALYTE)|PAR|TOT|MODE"
    r"|DATATYPE|BYTEORD|NEXTDATA|(BEGIN|END)(DATA|ANALYSIS|STEXT)|TIMESTEP|SPILLOVER|COMP|SPILL|CYT|SYS|ABRT|LOST|TR|VOL|FLOWRATE|UNICODE|CSMODE|CSVBITS)"
    r"|SPILL|SPILLOVER|TIMETICKS|THRESHOLD|APPLY COMPENSATION|WINDOW EXTENSION|CREATOR|FCSVERSION"
    r"|LASER[0-9]+.*"
    r"|P[0-9]+(DISPLAY|BS|MS)"
)


def may_be_printed(keyword: str) -> bool:
    """Is this keyword (upper case) known to be technical? Values of all others stay in the program."""
    return keyword not in PERSONAL and _TECHNICAL.fullmatch(keyword) is not None
