"""Lists longer than a page: every row is on one page, and the count is true."""

import httpx
import pytest

from backend import db
from backend.cases import custody_views, views
from tests.cases.custodians import custody
from tests.cases.office import Office, office, received
from tests.cases.test_pages import be, words

COPY = """
INSERT INTO service_case
SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'number', 'copy' || n,
  'token_hash', sha256(n::text::bytea), 'received_at', c.received_at + n * interval '1 second',
  'ended_at', c.received_at + n * interval '1 minute', 'state', $3::text,
  'accepted_at', c.received_at, 'department', coalesce($4::uuid, c.department)))).*
FROM service_case c, generate_series($1::int, $2::int) AS n WHERE c.number NOT LIKE 'copy%'
"""


@pytest.fixture
async def at() -> Office:
    return await office()


async def copies(first: int, last: int, state: str = "accepted", department: str | None = None) -> None:
    await db.rows(COPY, first, last, state, department)


async def test_a_list_is_paged_and_every_case_is_on_one_page(client: httpx.AsyncClient, at: Office) -> None:
    await received(at)
    await copies(1, 120)
    pages = [await views.work(at.officer, "open", n) for n in (1, 2, 3)]
    assert [(len(one.rows), one.page, one.total) for one in pages] == [
        (100, 1, 121),
        (21, 2, 121),
        (21, 2, 121),
    ]
    assert len({row["id"] for one in pages for row in one.rows}) == 121
    await be(client, staff=at.officer)
    first = await client.get("/console/cases")
    assert "第 1 页，共 2 页、121 条" in words(first)
    assert "group=open&amp;page=2" in first.text
    assert "上一页" not in words(first)
    second = words(await client.get("/console/cases?group=open&page=2"))
    assert "上一页" in second
    assert "下一页" not in second


async def test_what_is_over_stands_with_the_latest_first(at: Office) -> None:
    await received(at)
    await copies(1, 120, "filed")
    first, second = [await views.work(at.officer, "over", n) for n in (1, 2)]
    numbers = [row["number"] for row in (*first.rows, *second.rows)]
    assert numbers == [f"copy{n}" for n in range(120, 0, -1)]


async def test_more_cases_of_one_applicant_than_a_page_are_all_found(
    client: httpx.AsyncClient, at: Office
) -> None:
    await received(at)
    await copies(1, 120)
    await be(client, staff=at.officer)
    await db.rows("UPDATE service_case SET external_case_no = 'SJ-7'")
    first = await client.post("/console/cases/search", data={"q": "SJ-7"})
    assert "共 2 页、121 条" in words(first)
    assert 'name="page" value="2"' in first.text
    second = words(await client.post("/console/cases/search", data={"q": "SJ-7", "page": "2"}))
    assert "第 2 页" in second


async def test_packages_are_paged(client: httpx.AsyncClient) -> None:
    it = await custody()
    await it.packed()
    await db.rows("""
      INSERT INTO custody_parcel SELECT (jsonb_populate_record(k, jsonb_build_object('id', gen_random_uuid(),
        'number', 'copy' || n, 'token', 'copy' || n))).* FROM custody_parcel k, generate_series(1, 104) AS n""")
    first, second = [await custody_views.work(it.at.clerk, "open", n) for n in (1, 2)]
    assert (len(first.rows), len(second.rows), second.total) == (100, 5, 105)
    await be(client, staff=it.at.clerk)
    shown = await client.get("/console/parcels?page=2")
    assert "第 2 页，共 2 页、105 条" in words(shown)
    assert "group=open&amp;page=1" in shown.text
