"""What is recorded of a handoff (录像): who agreed, the chain of its chunks, and when it was paused."""

from uuid import uuid4

from piccolo.columns import (
    UUID,
    Array,
    BigInt,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    OnDelete,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.handoff.tables import Handoff
from backend.identity.tables import Staff

KEYED = {"handoff_recording.key_sealed": "sealed"}


class Recording(Table, tablename="handoff_recording"):
    """The wish to record a handoff: `text` is what was read aloud, `citizen` and `officer` what each said to it (the
    applicant in which way, and who noted it). `next` and `head`: the number of the chunk that comes next and the hash
    it must name; `source`: the page that sends them. `key_sealed` opens the chunks: without this row nobody does.
    `shown_at`: the applicant's own screen showed the text first. `paused_at`: it is paused since, by whom and why
    (`itself`: by a page that shows or shoots a paper; `papers`: on which sides it does). `held_…`: kept beyond its
    days by a supervisor, with the reason; `erasing_at`: it is being erased, and nobody opens it any more.
    """

    id = UUID(primary_key=True, default=uuid4)
    handoff = ForeignKey(Handoff, on_delete=OnDelete.cascade, null=False, unique=True)
    text = Text()
    key_sealed = Bytea()
    asked_at = Timestamptz()
    asked_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    citizen = Varchar(length=8, default="asked")
    shown_at = Timestamptz(null=True, default=None)
    citizen_way = Varchar(length=8, default="")
    citizen_at = Timestamptz(null=True, default=None)
    officer = Varchar(length=8, default="asked")
    officer_at = Timestamptz(null=True, default=None)
    stopped_at = Timestamptz(null=True, default=None)
    paused_at = Timestamptz(null=True, default=None)
    paused_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    paused_why = Text(default="")
    paused_itself = Boolean(default=False)
    papers = Array(base_column=Varchar(length=8), default=list)
    next = Integer(default=0)
    parts = SmallInt(default=0)
    head = Varchar(length=64)
    size = BigInt(default=0)
    source = UUID(null=True, default=None)
    last_at = Timestamptz(null=True, default=None)
    held_at = Timestamptz(null=True, default=None)
    held_by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    held_why = Text(default="")
    erasing_at = Timestamptz(null=True, default=None)

    handoff_recording_said = Check(
        "citizen IN ('asked', 'agreed', 'refused', 'withdrew')"
        " AND officer IN ('asked', 'agreed', 'refused', 'withdrew')"
    )
    handoff_recording_way_known = Check(
        "citizen_way IN ('', 'aloud', 'window') AND (citizen = 'asked') = (citizen_way = '')"
    )
    # Nothing is recorded of whoever did not agree.
    handoff_recording_agreed = Check(
        "next = 0 OR (citizen IN ('agreed', 'withdrew') AND officer IN ('agreed', 'withdrew'))"
    )
    handoff_recording_pause_whole = Check("(paused_at IS NULL) = (paused_by IS NULL)")
    handoff_recording_held_whole = Check(
        "(held_at IS NULL) = (held_by IS NULL) AND (held_at IS NULL OR erasing_at IS NULL)"
    )


class Chunk(Table, tablename="handoff_chunk"):
    """Some seconds of a recording, `size` bytes of WebM, sealed in a file. `hash`: SHA-256 of the hash before it and
    its bytes. A new stream begins with a new `part`. `until_at`: when its last picture was taken.
    """

    id = UUID(primary_key=True, default=uuid4)
    recording = ForeignKey(Recording, on_delete=OnDelete.cascade, null=False, index=False)
    seq = Integer()
    part = SmallInt()
    hash = Varchar(length=64)
    size = Integer()
    until_at = Timestamptz()
    came_at = Timestamptz()

    handoff_chunk_once = Unique([recording, seq])


class RecordingPause(Table, tablename="handoff_recording_pause"):
    """A while in which nothing was recorded, who stopped it and why; `itself`: a page that showed or shot a paper."""

    id = UUID(primary_key=True, default=uuid4)
    recording = ForeignKey(Recording, on_delete=OnDelete.cascade, null=False, index=True)
    from_at = Timestamptz()
    until_at = Timestamptz()
    by_staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    why = Text()
    itself = Boolean(default=False)
