"""转录单: what is keyed into the department's own system, in full, and written down."""

from uuid import UUID

import httpx

from backend import secrecy
from backend.cases.views import show_to_staff
from tests import world
from tests.world import Who


async def test_all_that_is_keyed_stands_on_one_page_and_the_look_is_written_down(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    await world.be(client, found, Who(role="officer"))
    case = found.own["case"]
    plain = await client.get(f"/console/cases/{case}")
    sheet = await client.post(f"/console/cases/{case}/copy-sheet")
    assert sheet.status_code == 200
    one = await show_to_staff(UUID(case), await world.staff(Who(role="officer")))
    for whole in (one["number"], one["item_code"]):
        assert f'value="{whole}"' in sheet.text
    assert sheet.text.count("data-copy=") >= 6
    for secret in ("id_sealed", "phone_sealed"):
        assert secrecy.unseal(one[secret]) in sheet.text
        assert secrecy.unseal(one[secret]) not in plain.text
    assert next(event["why"] for event in one["events"] if event["kind"] == "printed") == "转录单"


async def test_nobody_opens_it_by_an_address(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, Who(role="officer"))
    assert (await client.get(f"/console/cases/{found.own['case']}/copy-sheet")).status_code in (404, 405)
