"""Loading a city: what the files say gets in, what people edited stays, what is wrong is named."""

import asyncio
import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from backend import clock, reference
from backend.appointments.tables import Policy, Template
from backend.catalog.tables import Counter, Hall, Item, ItemPlace, Line, Material, Opening, Text
from backend.clock import CalendarDay
from backend.crossregion.tables import Bundle, BundleItem
from backend.reference import BadReference, rules
from backend.reference.kinds import KINDS, columns
from backend.settings import settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Qidong's files that a test may spoil."""
    return Path(shutil.copytree(settings().reference, tmp_path / "city"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


async def snapshot() -> list[str]:
    return [str(await kind.table.select().order_by("id")) for kind in KINDS]


async def test_qidong_loads_whole() -> None:
    report = await reference.load()
    assert report.inserted == len(reference.read())
    assert not report.differences
    assert not report.unnamed
    city = await Hall.objects().get(Hall.code == "city")
    assert city is not None
    assert await Counter.count().where(Counter.hall == city.id) == 110
    letters = await Line.select(Line.letter).where(Line.hall == city.id).output(as_list=True)
    assert "".join(sorted(letters)) == "ABCDEFGHVY"
    assert await Hall.count().where(Hall.kind == "town") == 12
    assert await Policy.exists().where(Policy.group == "marriage")
    assert await Template.count().where(Template.online_percent > 60) == 0
    assert await Opening.exists().where((Opening.weekday == 6) & Opening.booking_only.eq(True))
    assert await Text.exists().where(Text.key == "privacy-notice")


async def test_the_shanghai_desk_has_42_items_and_the_doorstep_14() -> None:
    await reference.load()
    assert await Item.count().where(Item.shanghai.eq(True)) == 42
    assert await Item.count().where(Item.doorstep.eq(True)) == 14
    desk = await ItemPlace.count().where(ItemPlace.hall.kind == "shanghai")
    assert desk == 42


async def test_every_item_says_everything_a_guide_shows() -> None:
    await reference.load()
    told = ["name", "result_name", "legal_basis", "conditions", "steps", "consult_phone", "complaint_phone"]
    for item in await Item.objects():
        assert all(getattr(item, field) for field in [*told, "questions", "words", "pinyin", "initials"]), (
            item.name
        )
        assert await Material.exists().where(Material.item == item.id), item.name
        assert len(item.code) == 33


async def test_loading_again_changes_nothing() -> None:
    await reference.load()
    before = await snapshot()
    report = await reference.load()
    assert (report.inserted, report.updated, report.removed) == (0, 0, 0)
    assert await snapshot() == before


async def test_two_loadings_at_once_load_once() -> None:
    first, second = await asyncio.gather(reference.load(), reference.load())
    assert sorted((first.inserted, second.inserted)) == [0, len(reference.read())]


async def test_a_changed_file_changes_its_rows_only(folder: Path) -> None:
    await reference.load()
    change(folder, "items/police.toml", "promised_days = 20", "promised_days = 15")
    change(folder, "items/police.toml", 'bring = ["身份证", "居住证明", ', 'bring = ["身份证", ')
    report = await reference.load(folder)
    assert (report.inserted, report.updated, report.removed) == (
        0,
        2,
        1,
    )  # the item; 照片 moved up; 居住证明 went
    item = await Item.objects().get(Item.name == "身份证换领")
    assert item is not None
    assert item.promised_days == 15


async def test_an_edited_item_stays_and_is_listed(folder: Path) -> None:
    await reference.load()
    await Item.update({Item.promised_days: 7, Item.edited_at: await clock.now()}).where(Item.name == "居住证")
    change(folder, "items/police.toml", 'bring = ["身份证", "居住证明", ', 'bring = ["身份证", ')
    report = await reference.load(folder)
    item = await Item.objects().get(Item.name == "居住证")
    assert item is not None
    assert item.promised_days == 7
    assert await Material.exists().where((Material.item == item.id) & (Material.name == "居住证明"))
    assert any("promised_days: database 7, files 15" in line for line in report.differences)
    assert any("居住证明: in the database, not in the files" in line for line in report.differences)
    assert report.updated == report.removed == 0


async def test_hours_of_an_edited_hall_stay() -> None:
    await reference.load()
    city = await Hall.objects().get(Hall.code == "city")
    assert city is not None
    await Hall.update({Hall.edited_at: await clock.now()}).where(Hall.id == city.id)
    await Opening.delete().where((Opening.hall == city.id) & (Opening.weekday == 6))
    report = await reference.load()
    assert not await Opening.exists().where((Opening.hall == city.id) & (Opening.weekday == 6))
    assert report.differences == ["opening city 6 09:00:00: in the files, not in the database"]


async def test_rows_that_no_file_names_stay_and_are_listed(folder: Path) -> None:
    await reference.load()
    text = (folder / "capacity.csv").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("city,H")]
    (folder / "capacity.csv").write_text("\n".join(kept), encoding="utf-8")
    change(folder, "items/others.toml", "bookable = true\nminutes = 40\naudience", "minutes = 40\naudience")
    report = await reference.load(folder)
    assert len(report.unnamed) == 10
    assert "capacity_template city H 1 09:00:00" in report.unnamed
    assert await Template.count().where(Template.line.letter == "H") == 10


WRONG = [
    (
        "items/police.toml",
        "promised_days = 20",
        'promised_days = "20"',
        "身份证换领: promised_days: expected a whole",
    ),
    (
        "items/police.toml",
        "promised_days = 20",
        "promised_days = 20\ncolour = 1",
        "身份证换领: colour: no such field",
    ),
    (
        "items/police.toml",
        'name = "护照"',
        'name = "签注"',
        "签注: name: items/police.toml: 签注 has the same name",
    ),
    ("items/police.toml", 'scope = "nation"', 'scope = "moon"', "身份证换领: scope: expected one of nation"),
    ("items/police.toml", 'places = ["city:E"]', 'places = ["city:Q"]', "line: there is no city:Q"),
    (
        "items/police.toml",
        "statutory_days = 3\n",
        "statutory_days = 2\n",
        "临时身份证: promised_days: longer than",
    ),
    (
        "items/civil.toml",
        '"户口簿", "申请表"',
        '"户口薄", "申请表"',
        "最低生活保障申请: bring: materials.toml has no '户口薄'",
    ),
    (
        "items/civil.toml",
        'policy_group = "marriage"',
        'policy_group = "x"',
        "结婚登记: policy_group: policies.toml",
    ),
    ("items/defaults.toml", 'level = "4"', "", "level: missing"),
    ("items/fund.toml", "[defaults]", "[defaults", "fund.toml: "),
    ("materials.toml", 'form = "paper"', 'form = "stone"', "form: expected one of paper"),
    (
        "halls.toml",
        "6 09:00-12:00 booking",
        "6 12:00-09:00 booking",
        "启东市政务服务中心: hours: closes: must be later",
    ),
    (
        "halls.toml",
        'counters = "1-22"',
        'counters = "1-23"',
        "启东市政务服务中心: lines: G: city 23 is stated twice",
    ),
    (
        "halls.toml",
        'kind = "shanghai"',
        'kind = "ship"',
        "启东市驻沪政务服务办事点: kind: expected one of city",
    ),
    ("departments.csv", "police,公安局", "tax,公安局", "departments.csv: row 8: tax is stated twice"),
    ("departments.csv", "police,公安局", "police", "departments.csv: row 3: every row needs"),
    (
        "capacity.csv",
        "city,A,1-5,09:00,12:00",
        "city,A,1-5,9am,12:00",
        "capacity.csv: row 2: starts: expected a time",
    ),
    (
        "capacity.csv",
        "city,A,1-5,09:00,12:00",
        "city,A,1-5,07:00,12:00",
        "row 2: starts, ends: city is not open then",
    ),
    ("capacity.csv", "12,60\n", "12,160\n", "capacity.csv: row 2: online_percent"),
    (
        "policies.toml",
        "month_per_person = 6 ",
        'month_per_person = "6" ',
        "default: month_per_person: expected a whole",
    ),
    ("identity.toml", "tries = 5 ", "tries = 6 ", "identity.toml: codes.tries: Expected `int` <= 5"),
    ("identity.toml", "a_day = 10", 'a_day = "10"', "identity.toml: codes.a_day: Expected `int`, got `str`"),
    (
        "identity.toml",
        "a_day = 10",
        "a_week = 10",
        "identity.toml: codes: Object contains unknown field `a_week`",
    ),
    (
        "identity.toml",
        "idle_days = 90",
        "",
        "identity.toml: accounts: Object missing required field `idle_days`",
    ),
    ("identity.toml", "most_hours = 12", "most_hours = 3", "staff_sessions: most_hours: Expected at least"),
    (
        "identity.toml",
        "first_minutes = 1",
        "first_minutes = 99",
        "staff_lock: most_minutes: Expected at least",
    ),
    ("identity.toml", "{code}，", "{name}，", "identity.toml: codes: text: Expected {code} and {minutes}"),
    ("sms.toml", "percent = 20", "percent = 100", "sms.toml: demotion.percent: Expected `int` <= 99"),
    ("sms.toml", "days = 180", "days = 1", "sms.toml: keep: days: Expected at least personal_days"),
    (
        "sms.toml",
        "most_seconds = 600",
        "most_seconds = 1",
        "sms.toml: retry: most_seconds: Expected at least",
    ),
    ("identity.toml", 'elder = "', 'Elder = "', "identity.toml: priority_classes"),
    ("identity.toml", "[codes]", "[codes", "identity.toml: "),
    ("reminders.toml", "= 18:00:00", '= "six"', "reminders.toml: evening: Expected `time`"),
    (
        "reminders.toml",
        "ahead_minutes = 120",
        "",
        "reminders.toml: Object missing required field `ahead_minutes`",
    ),
    ("notices.toml", "from = 21:00:00", "", "notices.toml: quiet: Object missing required field `from`"),
    ("notices.toml", 'group = "standing"', 'group = "sitting"', "there is no group 'sitting'"),
    ("notices.toml", '"*.push.apple.com"', '"https://push"', "notices.toml: push.hosts"),
    ("notices.toml", 'urgency = "low"', 'urgency = "lower"', "Invalid enum value 'lower'"),
    ("load.toml", "came = 9", "came = 11", "load.toml: `came` is at most `of`"),
    ("load.toml", "words_from = [0.5, ", "words_from = [0.7, ", "load.toml: `came` is at most"),
    (
        "texts.toml",
        '"site-name" = "启办"',
        '"site-name" = 7',
        "texts.toml: site-name: value: expected a text",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), WRONG)
async def test_an_error_names_file_row_and_field_and_changes_nothing(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    change(folder, file, old, new)
    with pytest.raises(BadReference) as refused:
        await reference.load(folder)
    assert said in str(refused.value)
    assert file.rpartition("/")[2] in str(refused.value) or "items/" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not await Hall.count()


@pytest.mark.parametrize("file", ["halls.toml", *rules.RULES])
async def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(BadReference, match=f"^{re.escape(file)}: "):
        await reference.load(folder)


def test_every_file_of_a_city_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    text = Path.read_text

    def noting(path: Path, **how: Any) -> str:
        read.add(str(path.relative_to(folder)))
        return text(path, **how)

    monkeypatch.setattr(Path, "read_text", noting)
    reference.read(folder)
    assert read == {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


async def test_the_calendar_knows_adjusted_workdays_and_marks_the_next_year_provisional() -> None:
    await reference.load()
    days = {row["day"]: row for row in await CalendarDay.select()}
    assert days[dt.date(2026, 10, 10)]["working"]  # a Saturday
    assert days[dt.date(2026, 10, 10)]["name"] == "国庆节调休上班"
    assert not days[dt.date(2026, 10, 1)]["working"]
    worked = {
        year: sum(row["working"] for day, row in days.items() if day.year == year)
        for year in (2024, 2025, 2026)
    }
    assert worked == {2024: 251, 2025: 248, 2026: 248}
    assert days[dt.date(2027, 1, 1)]["provisional"]
    assert not days[dt.date(2026, 12, 31)]["provisional"]


def test_every_column_of_every_table_is_stated() -> None:
    for row in reference.read():
        assert set(row.values) == set(columns(row.table)), row.where


async def test_a_bundle_names_what_the_desk_takes_in_and_stays_as_it_was_edited(folder: Path) -> None:
    await reference.load(folder)
    assert await Bundle.count() == 6
    paid = BundleItem.select(BundleItem.situation).where(BundleItem.bundle.code == "mortgage-paid")
    assert [row["situation"] for row in await paid.order_by(BundleItem.position)] == [
        "银行已经在网上注销",
        "",
    ]
    await Bundle.update({Bundle.says: "改过", Bundle.edited_at: await clock.now()}).where(
        Bundle.code == "newborn"
    )
    change(folder, "bundles.toml", '    "11320681014051482F432050400500001",   # 生育津贴申领\n', "")
    report = await reference.load(folder)
    assert await BundleItem.count().where(BundleItem.bundle.code == "newborn") == 3
    assert any("desk_bundle newborn: says" in line for line in report.differences)
    change(folder, "bundles.toml", '银行已经在网上注销" }', '银行没来" }')
    with pytest.raises(BadReference, match=r"bundles.toml: 还清房贷: items: situation: .*银行没来"):
        reference.read(folder)
    change(folder, "bundles.toml", "银行没来", "银行已经在网上注销")
    change(folder, "bundles.toml", "11320681014050746H432200200900001", "no-such-matter")
    with pytest.raises(BadReference, match="证明一次开齐: items: the desk in Shanghai does not take in"):
        reference.read(folder)
