"""The cases of a hall of the small world: one in every state."""

from io import BytesIO
from typing import Any
from uuid import UUID

from backend import cases, clock, db, identity, secrecy
from backend.cases import Approval, Gap, papers
from backend.cases.record import Asker
from backend.catalog.tables import Department, Material
from backend.identity.tables import Staff, StaffRole
from tests import factories as make

SCAN = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
HEAD = Approval("要到现场核实", "启市监〔2026〕1 号", "王局")


async def cases_of(code: str, here: dict[str, str], clerk: UUID, officer: UUID, n: int) -> dict[str, str]:
    """`case` was just received; `case_…` stand where their name says; `gap` is open in `case_correcting`;
    `lagging` may come later; `question` waits for its answer in `case_asked`.
    """
    item, who = (
        UUID(here["item"]),
        identity.Typed("李四喜", "self", "resident", make.id_number(900 + n)),
    )
    found: dict[str, Any] = {}
    for name in (
        "case",
        "correcting",
        "accepted",
        "stopped",
        "decided",
        "finished",
        "delivered",
        "mailable",
        "mailed",
        "committed",
        "asked",
    ):
        wanted = cases.Wanted(item, code, f"1000009{n:04d}", who)
        found[name] = await cases.receive(wanted, clerk, secrecy.fresh_token())
    await db.rows("UPDATE item SET commitment = true WHERE id = $1", item)
    await cases.commit(found["committed"], "我承诺符合条件", clerk, signed=True)
    department = Department(code=f"apart-{code}", name="另一个部门", phone="0513-83000009")
    await Department.insert(department)
    await db.rows("UPDATE service_case SET promised_days = 5 WHERE item = $1", item)
    lagging = Material(
        item=item, position=9, name="户口簿", original="copy", form="either", necessity=3, defer_how="窗口"
    )
    await Material.insert(lagging)
    await cases.correct(found["correcting"], clerk, [Gap("健康证明", "补交"), Gap("平面图", "重画")])
    [gap] = await db.rows('SELECT id FROM case_gap WHERE "case" = $1 AND position = 0', found["correcting"])
    for name in ("accepted", "stopped", "decided", "finished", "delivered", "mailable", "mailed"):
        await cases.accept(found[name], clerk)
    await cases.stop(found["stopped"], "testing", 10, HEAD, officer)
    for name in ("decided", "finished", "delivered", "mailable", "mailed"):
        await cases.decide(found[name], "granted", officer)
    for name in ("finished", "delivered", "mailable", "mailed"):
        await cases.finish(found[name], officer)
    result = await _with_a_file(found["finished"], officer)
    await cases.deliver(found["delivered"], "counter", clerk)
    await db.rows("UPDATE item SET delivery = true WHERE id = $1", item)
    for name in ("mailable", "mailed"):
        await cases.choose_way(found[name], "mail", "汇龙镇人民路 1 号", Asker(staff=clerk))
    await cases.mail(found["mailed"], "邮政 EMS", "EA123456789CN", clerk)
    question = await _asked(found["asked"])
    named = {f"case_{name}".removesuffix("_case"): str(id) for name, id in found.items()}
    await cases.add_files(found["case"], Asker(staff=clerk), "健康证明", [("a.pdf", BytesIO(SCAN))])
    [paper] = await papers.papers_of(found["case"])
    await officer_for(department.code)  # to whom a case may be sent on
    number, password = await _secret(found["case"])
    result_number, result_password = await _secret(found["finished"])
    return {
        **named,
        "gap": str(gap["id"]),
        "paper": str(paper["id"]),
        "question": question,
        "lagging": str(lagging.id),
        "department_code": department.code,
        "case_number": number,
        "case_password": password,
        "result": result,
        "result_number": result_number,
        "result_password": result_password,
    }


async def mailed(case: UUID, clerk: UUID) -> str:
    """An accepted case is granted, its result kept as a file and mailed, by whoever may; returns the file."""
    officer = await officer_of(case)
    await cases.decide(case, "granted", officer)
    result = await _with_a_file(case, officer)
    await cases.finish(case, officer)
    await cases.choose_way(case, "mail", "汇龙镇人民路 1 号", Asker(staff=clerk))
    await cases.mail(case, "邮政 EMS", "EA123456789CN", clerk)
    return result


async def officer_of(case: UUID) -> UUID:
    """Somebody who decides for the department of the case."""
    [row] = await db.rows(
        "SELECT d.code FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1", case
    )
    return await officer_for(row["code"])


async def officer_for(department: str) -> UUID:
    """Somebody who decides for the department of this code."""
    username = f"officer-of-{department}"[:40]
    for known in await db.rows("SELECT id FROM staff WHERE username = $1", username):
        return UUID(str(known["id"]))
    one = Staff(
        username=username, name="孙审批", password_hash="", created_at=await clock.now(), must_change=False
    )
    await Staff.insert(one)
    await StaffRole.insert(StaffRole(staff=one.id, role="officer", scope_kind="department", scope=department))
    return UUID(str(one.id))


async def _with_a_file(case: UUID, officer: UUID) -> str:
    await cases.add_results(case, "许可证", [("a.pdf", BytesIO(SCAN))], officer)
    [row] = await db.rows('SELECT id FROM case_result WHERE "case" = $1', case)
    return str(row["id"])


async def _secret(case: UUID) -> tuple[str, str]:
    """Number and password."""
    [one] = await db.rows("SELECT number, password_sealed FROM service_case WHERE id = $1", case)
    return one["number"], secrecy.unseal(one["password_sealed"])


async def _asked(case: UUID) -> str:
    [row] = await db.rows("SELECT account FROM service_case WHERE id = $1", case)
    await cases.ask_about(case, "还要多久？", row["account"])
    [event] = await db.rows("SELECT id FROM case_event WHERE \"case\" = $1 AND kind = 'asked'", case)
    return str(event["id"])


async def own_cases(item: str, code: str, phone: str, person: UUID, clerk: UUID) -> dict[str, str]:
    """Cases of an account: `own_case` was just received; `own_gap` is open in `own_correcting`; `own_accepted`; the
    result of `own_mailed` is on its way.
    """
    await db.rows("UPDATE item SET delivery = true WHERE id = $1", UUID(item))
    wanted = cases.Wanted(UUID(item), code, phone, person)
    names = ("own_case", "own_correcting", "own_accepted", "own_mailed")
    found = {name: await cases.receive(wanted, clerk, secrecy.fresh_token()) for name in names}
    await cases.correct(found["own_correcting"], clerk, [Gap("健康证明", "补交")])
    for name in ("own_accepted", "own_mailed"):
        await cases.accept(found[name], clerk)
    own_result = await mailed(found["own_mailed"], clerk)
    [gap] = await db.rows('SELECT id FROM case_gap WHERE "case" = $1', found["own_correcting"])
    [whose] = await db.rows("SELECT account FROM service_case WHERE id = $1", found["own_case"])
    mine = Asker(account=whose["account"])
    await cases.add_files(found["own_case"], mine, "健康证明", [("a.pdf", BytesIO(SCAN))])
    [paper] = await papers.papers_of(found["own_case"])
    named = {name: str(id) for name, id in found.items()}
    return {
        **named,
        "thing": named["own_case"],
        "own_gap": str(gap["id"]),
        "own_paper": str(paper["id"]),
        "own_result": own_result,
        "document": "acceptance",
    }
