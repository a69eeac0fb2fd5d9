"""People type what they say at home; the right item stands among the first three."""

import csv
from pathlib import Path
from uuid import uuid4

import pytest

from backend import catalog, reference
from backend.catalog import matching, ranking
from backend.catalog.matching import Entry, Index
from backend.catalog.tables import Department, Item
from backend.settings import settings
from tests import factories
from tests.catalog.names import SHORT
from tests.told import tell

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def index() -> Index:
    """Qidong's items, from the files alone."""
    rows = reference.read(settings().reference)
    names = {row.key: row.values["name"] for row in rows if row.table is Department}
    items = [row.values for row in rows if row.table is Item]
    known = {"name", "pinyin", "conditions", "asked", "promised_days", "promised_unit", "bookable"}
    return matching.index(
        Entry(
            id=uuid4(),
            department=names[item["department"]],
            words=tuple(item["words"]),
            **{name: value for name, value in item.items() if name in known},
        )
        for item in items
    )


def named(index: Index, text: str) -> list[str]:
    return [entry.name for entry in ranking.rank(index, text)]


def misses(index: Index, file: str) -> tuple[int, list[str]]:
    with (HERE / file).open(encoding="utf-8") as lines:
        asked = [(row["phrase"], SHORT.get(row["item"], row["item"])) for row in csv.DictReader(lines)]
    assert {item for _, item in asked} <= {entry.name for entry in index.entries}
    wrong = [f"{phrase} → {item}, not {named(index, phrase)[:3]}" for phrase, item in asked]
    return len(asked), [
        said
        for said, (phrase, item) in zip(wrong, asked, strict=True)
        if item not in named(index, phrase)[:3]
    ]


def test_nine_of_ten_phrasings_find_their_item_among_the_first_three(index: Index) -> None:
    own, own_missed = misses(index, "phrasings_own.csv")
    blind, blind_missed = misses(index, "phrasings_blind.csv")
    tell(f"search: own {own - len(own_missed)}/{own}, blind {blind - len(blind_missed)}/{blind}")
    tell(*own_missed, *blind_missed)
    assert own >= 30
    assert blind >= 30
    assert len(own_missed) + len(blind_missed) <= 0.1 * (own + blind)
    assert len(blind_missed) <= 0.1 * blind


@pytest.mark.parametrize(
    "text", ["asdfgh", "今天天气怎么样", "红烧肉怎么做", "停车场在哪", "1234567", "😀", "怎么办", "我我我"]
)
def test_nonsense_finds_nothing(index: Index, text: str) -> None:
    assert named(index, text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("sfzhl", "身份证换领"), ("hunyin", "婚姻登记预约"), ("shenfen", "身份证换领"), ("HZ", "护照")],
)
def test_pinyin_and_initials_find_an_item(index: Index, text: str, name: str) -> None:
    assert name in named(index, text)[:3]


@pytest.mark.parametrize("text", ["人社局", "人力资源和社会保障局"])
def test_a_department_lists_all_its_items(index: Index, text: str) -> None:
    found = ranking.rank(index, text)
    assert {entry.department for entry in found} == {"人力资源和社会保障局"}
    assert len(found) == 15


def test_an_item_is_found_by_its_own_name_first(index: Index) -> None:
    for entry in index.entries:
        assert named(index, entry.name)[0] == entry.name


def test_every_first_letter_typed_finds_something(index: Index) -> None:
    for typed in ("身", "身份", "身份证", "s", "sf", "sfz"):
        assert "身份证换领" in named(index, typed)


def test_empty_shows_what_most_people_ask_for(index: Index) -> None:
    asked = [entry.asked for entry in ranking.rank(index, "  ")]
    assert len(asked) == 10
    assert asked == sorted(asked, reverse=True)


async def test_a_renamed_item_is_found_at_once() -> None:
    item = await factories.item(await factories.line(await factories.hall()), name="身份证换领")
    assert [entry.name for entry in await catalog.search("身份证")] == ["身份证换领"]
    await Item.update({Item.name: "渔船登记"}).where(Item.id == item.id)
    assert await catalog.search("身份证") == []
    assert [entry.name for entry in await catalog.search("渔船")] == ["渔船登记"]
