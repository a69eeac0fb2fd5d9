"""Two clerks and the same originals: each is handed over once."""

from collections import Counter

from backend import db
from tests.cases.custodians import CITY, TOWN, custody, history
from tests.races import custodians
from tests.races.conftest import AtOnce
from tests.world import Who
from tests.world import staff as of_staff


async def test_two_clerks_pack_the_same_originals_and_each_is_in_one_package(at_once: AtOnce) -> None:
    it = await custody()
    manager = await of_staff(Who(role="manager"))
    said = await at_once(custodians.packs, *((it.one, it.book, by, 6) for by in (it.at.clerk, manager)))
    whole = sum(said, Counter[str]())
    assert whole["done"] == 2, whole
    assert whole.total() == 12
    assert await it.places() == {"parcel": 2, CITY: 1}
    rows = await db.rows("SELECT parcel FROM custody_original WHERE paper = $1", it.book)
    assert len({row["parcel"] for row in rows}) == 2
    assert await db.rows("SELECT number FROM custody_parcel GROUP BY number HAVING count(*) > 1") == []


async def test_a_package_is_received_once(at_once: AtOnce) -> None:
    it = await custody()
    manager = await of_staff(Who(role="manager", hall="town"))
    parcel = await it.sent(book=1)
    said = await at_once(
        custodians.receives, *((parcel, [it.book, it.card], by, 6) for by in (it.far, manager))
    )
    whole = sum(said, Counter[str]())
    assert (whole["done"], whole.total()) == (1, 12)
    assert await it.places() == {TOWN: 2, CITY: 1}
    assert await history(it.card) == [("packed", 1), ("sent", 1), ("arrived", 1)]
