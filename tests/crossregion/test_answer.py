"""From the hand-over to the acceptance, the applicant knows who has it and until when they are told."""

import httpx

from backend import cases
from backend.cases import Gap
from tests.cases.office import be_on
from tests.crossregion.test_eligible import at_the_desk
from tests.crossregion.test_export import handed_on
from tests.crossregion.test_intake import officer, taken_in
from tests.crossregion.test_result import ITEM, notice, read


async def test_the_applicant_is_told_until_when_the_department_answers(client: httpx.AsyncClient) -> None:
    desk = await at_the_desk(client)
    case, one = await handed_on(client), await officer(ITEM)
    department = (await cases.seen(case))["department_name"]
    page, todo = await read(client, case)
    assert f"现在在{department}，最晚 11 月 30 日（周一）告诉你受理没有" in page
    assert todo == f"{department}最晚 {{}} 告诉你受理没有"
    assert f"{department}最晚 11 月 30 日" in await notice("case-handed")
    await be_on("12-02")
    assert "过了说好的" in (await read(client, case))[0]
    assert "过了说好的" in (await read(client, case))[1]
    await cases.correct(case, one, [Gap("发票", "补交")])
    assert "最晚" not in (await read(client, case))[1]
    gaps = [row["id"] for row in (await cases.show_to_staff(case, one))["gaps"]]
    await cases.fill(case, gaps, desk)
    page, todo = await read(client, case)
    assert f"补的材料都收到了，现在在{department}，最晚 12 月 9 日" in page
    await cases.accept(case, one)
    assert "最晚" not in (await read(client, case))[0]
    assert (await notice("case-accepted", title=True)).startswith(f"{department}受理了：")


async def test_before_the_hand_over_it_is_said_to_lie_at_the_desk(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client, ITEM)
    page, _ = await read(client, case)
    assert "材料在启东市驻沪政务服务办事点，交给" in page
