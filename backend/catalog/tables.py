"""What can be done, where, and what to bring: departments, halls and service items (办理项).

Fields follow the 办事指南 of GB/T 39554 (see `words.py` for what each code is called).
`to_confirm` marks a plausible value that the bureau has yet to confirm (待主管部门确认).
`edited_at` is set by the console: loading the reference files then leaves the row, and all
that belongs to it, as the bureau wrote it. Openings, lines and counters belong to their hall;
materials and places to their item.
"""

from __future__ import annotations

from uuid import uuid4

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    Date,
    DoublePrecision,
    ForeignKey,
    SmallInt,
    Time,
    Timestamptz,
    Varchar,
)  # fmt: skip
from piccolo.columns import (
    Text as LongText,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.catalog import ways


class Department(Table, tablename="department"):
    """A body that decides items: 主管部门."""

    id = UUID(primary_key=True, default=uuid4)
    code = Varchar(length=32, unique=True)
    name = Varchar(length=60)
    phone = Varchar(length=40)
    to_confirm = Boolean(default=False)
    edited_at = Timestamptz(null=True, default=None)


class Hall(Table, tablename="hall"):
    """A place people go to: the city hall, a town's 便民服务中心, the desk in Shanghai."""

    id = UUID(primary_key=True, default=uuid4)
    code = Varchar(length=32, unique=True)
    name = Varchar(length=60)
    kind = Varchar(length=8)  # city, town, shanghai
    area = Varchar(length=40)
    address = Varchar(length=200)
    phone = Varchar(length=40)
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    to_confirm = Boolean(default=False)
    edited_at = Timestamptz(null=True, default=None)

    hall_kind_known = Check("kind IN ('city', 'town', 'shanghai')")


class Opening(Table, tablename="opening"):
    """Hours of one weekday (1 Monday … 7 Sunday), local time; several a day where lunch is shut."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=False, index=True)
    weekday = SmallInt()
    opens = Time()
    closes = Time()
    booking_only = Boolean(default=False)

    opening_once = Unique([hall, weekday, opens])
    opening_weekday_known = Check("weekday BETWEEN 1 AND 7")
    opening_forward = Check("opens < closes")


class Line(Table, tablename="line"):
    """A queue of a hall: one letter on the ticket, one group of counters."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=False, index=True)
    letter = Varchar(length=1)
    name = Varchar(length=40)
    floor = Varchar(length=20)

    line_once = Unique([hall, letter])


class Counter(Table, tablename="counter"):
    """A window, by the number above it."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=False, index=True)
    line = ForeignKey(Line, on_delete=OnDelete.restrict, null=False, index=True)
    number = SmallInt()

    counter_once = Unique([hall, number])


class Village(Table, tablename="village"):
    """A village or community (村、社区), its town's centre (镇便民服务中心), and the codes of those next to it."""

    id = UUID(primary_key=True, default=uuid4)
    code = Varchar(length=40, unique=True)
    name = Varchar(length=40)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=True)
    neighbours = Array(base_column=Varchar(length=40))
    to_confirm = Boolean(default=False)
    edited_at = Timestamptz(null=True, default=None)


class Item(Table, tablename="item"):
    """A 业务办理项: the level at which people book, queue and rate."""

    id = UUID(primary_key=True, default=uuid4)
    code = Varchar(length=33, unique=True)  # a string; never parsed
    name = Varchar(length=80)
    department = ForeignKey(Department, on_delete=OnDelete.restrict, null=False, index=True)
    type = Varchar(length=2)
    level = Varchar(length=1)
    kind = Varchar(length=1)
    body_kind = Varchar(length=1)
    # time
    statutory_days = SmallInt(null=True, default=None)
    statutory_unit = Varchar(length=8, default="working")
    promised_days = SmallInt(default=0)  # 0: while you wait
    promised_unit = Varchar(length=8, default="working")
    minutes = SmallInt(default=8)  # expected at a counter
    # who, where, how
    audience = Array(base_column=Varchar(length=8))
    visits = SmallInt(default=0)
    visit_reason = Varchar(length=120)
    scope = Varchar(length=8)
    online_depth = Varchar(length=1)
    window = Boolean(default=False)
    online = Boolean(default=False)
    mail = Boolean(default=False)
    kiosk = Boolean(default=False)
    doorstep = Boolean(default=False)
    shanghai = Boolean(default=False)
    bookable = Boolean(default=False)
    assisted = Boolean(default=False)  # 帮办代办
    delivery = Boolean(default=False)  # 物流快递
    commitment = Boolean(default=False)  # 告知承诺: decided at once, verified later
    quantity_limit = Varchar(length=120)  # empty: none
    intermediary = Varchar(length=120)  # empty: none
    # money
    charged = Boolean(default=False)
    fee = Varchar(length=200)
    fee_basis = Varchar(length=200)
    # result, contacts, law
    result_name = Varchar(length=80)
    result_kind = Varchar(length=12)
    consult_phone = Varchar(length=40)
    complaint_phone = Varchar(length=40)
    legal_basis = LongText()
    conditions = LongText()
    steps = Array(base_column=LongText())
    special_steps = JSONB(default="[]")  # [{name, time, basis, fee, counts}]
    questions = JSONB(default="[]")  # [{question, answer}]
    # life
    version = SmallInt(default=1)
    effective_from = Date(null=True, default=None)
    effective_to = Date(null=True, default=None)
    policy_group = Varchar(length=32, default="default", index=True)
    # finding it
    asked = SmallInt(default=0)  # how often people ask for it, relative
    words = Array(base_column=Varchar(length=40))
    pinyin = LongText()
    initials = Varchar(length=120)
    to_confirm = Boolean(default=False)
    edited_at = Timestamptz(null=True, default=None)

    item_promise_kept_by_law = Check(
        "statutory_days IS NULL OR statutory_unit <> promised_unit OR promised_days <= statutory_days"
    )
    item_visits_reasoned = Check("visits = 0 OR visit_reason <> ''")


class Material(Table, tablename="material"):
    """One thing to bring."""

    id = UUID(primary_key=True, default=uuid4)
    item = ForeignKey(Item, on_delete=OnDelete.cascade, null=False, index=True)
    position = SmallInt()
    name = Varchar(length=80)
    original = Varchar(length=8)  # original, copy, both
    form = Varchar(length=8)  # paper, digital, either
    copies = SmallInt(default=1)
    necessity = SmallInt(default=1)  # 1 必要 2 非必要 3 容缺后补
    source = SmallInt(default=10)  # 10 自备 20 政府核发 99 其他
    issuer = Varchar(length=60)
    licence = Varchar(length=40)  # the e-licence that replaces it; empty: none
    blank_form = Varchar(length=120)
    sample = Varchar(length=120)
    rule = Varchar(length=200)  # what makes it acceptable
    condition = Varchar(length=120)  # who must bring it; empty: everybody
    deferrable = Boolean(default=False)
    defer_days = SmallInt(default=0)
    defer_how = Varchar(length=40)
    to_confirm = Boolean(default=False)

    material_once = Unique([item, name])
    material_necessity_known = Check("necessity IN (1, 2, 3)")
    material_source_known = Check("source IN (10, 20, 99)")

    @property
    def said(self) -> str:
        """原件和复印件 2 份 · 电子的也行 · 医院开具."""
        return ways.paper(self)


class ItemPlace(Table, tablename="item_place"):
    """An item can be done at a hall, in this line of it."""

    id = UUID(primary_key=True, default=uuid4)
    item = ForeignKey(Item, on_delete=OnDelete.cascade, null=False, index=True)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=True)
    line = ForeignKey(Line, on_delete=OnDelete.restrict, null=False, index=True)

    item_place_once = Unique([item, hall])


class Text(Table, tablename="text"):
    """A text of the site that law or the bureau decides: footer entries, the privacy notice."""

    id = UUID(primary_key=True, default=uuid4)
    key = Varchar(length=40, unique=True)
    value = LongText()
    edited_at = Timestamptz(null=True, default=None)


RAW_CONSTRAINTS: list[str] = []
