"""Rules that the code reads from their file as it stands: no row holds them and no page edits them.

Their domain says what each may be; here it is judged with the rest, so that a slip is no fault later.
"""

import datetime as dt
from pathlib import Path

import msgspec

from backend import retention
from backend.appointments import load, reminders
from backend.cases import rules as cases
from backend.crossregion import rules as crossregion
from backend.esign import rules as signatures
from backend.handoff import rules as handoff
from backend.identity import limits
from backend.notify import rules as notices
from backend.reference import files
from backend.reference.rows import BadReference
from backend.sms import rules as texts
from backend.visits import rules as visits

RULES: dict[str, type[msgspec.Struct]] = {
    cases.FILE: cases.CaseRules,
    limits.FILE: limits.Limits,
    load.FILE: load.Measure,
    reminders.FILE: reminders.Reminders,
    retention.FILE: retention.Retention,
    notices.FILE: notices.Rules,
    texts.FILE: texts.Rules,
    visits.FILE: visits.VisitRules,
    crossregion.FILE: crossregion.DeskRules,
    handoff.FILE: handoff.HandoffRules,
    signatures.FILE: signatures.Rules,
}


def judge(folder: Path) -> None:
    """Refuses (BadReference) a file that its domain could not use."""
    for name, kind in RULES.items():
        content = files.toml(folder, name)
        try:
            msgspec.convert(content, kind, builtin_types=(dt.datetime, dt.date, dt.time))
        except msgspec.ValidationError as wrong:
            raise BadReference(f"{name}: {_said(str(wrong))}") from None


def _said(wrong: str) -> str:
    """`Expected … - at `$.codes.tries`` with the field first."""
    what, _, place = wrong.partition(" - at ")
    field = place.strip("`").rpartition("$.")[2]
    return f"{field}: {what}" if field else what
