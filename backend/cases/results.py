"""结果文件: the certificate or the letter as a file, put in by who decided, opened by whom it is for."""

from typing import IO, Any
from uuid import UUID, uuid4

from backend import clock, db, files
from backend.cases.askers import MISSING, TAKERS, decides, in_state, may
from backend.cases.delivery_tables import Result
from backend.cases.papers import kept_of
from backend.cases.record import Asker, locked, record, seen
from backend.refusal import NotFound, Refusal

MOST = 10  # files of one result
FULL = f"一个办件的结果最多 {MOST} 个文件"
NO_NAME = "请写明是什么，例如证照的名称"
GONE = "没有找到这个结果文件，可能已经拿掉"
NONE = "还没有结果文件：部门放进来以后才能电子送达"
UNAGREED = "申请人没有同意电子送达，请先问过，在“怎么拿结果”里记下"
MADE = ("decided", "finished")  # while it is put in or taken away
SHOWN = ("finished", "mailed", "delivered", "filed")  # to whom it is for
RESULTS = """
SELECT r.id, r.name, r.sha256, r.size, r.type, r.added_at, s.name AS by_name FROM case_result r
JOIN staff s ON s.id = r.added_by WHERE r."case" = $1 AND r.removed_at IS NULL ORDER BY r.added_at, r.id
"""

OF_NUMBER = """
SELECT 1 FROM case_result r JOIN service_case c ON c.id = r."case" WHERE c.number = $1 AND r.id = $2
"""


async def results_of(case: UUID) -> list[dict[str, Any]]:
    """The files of the result; for a caller who has asked whose it is."""
    return await db.rows(RESULTS, case)


def shown_of(case: dict[str, Any], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that the applicant may open: all, once the result is there (办结)."""
    return results if case["state"] in SHOWN else []


async def add_results(case: UUID, name: str, uploads: list[tuple[str, IO[bytes]]], by: UUID) -> None:
    """Put files of the result in, by who decides. Refuses: Denied, NotFound, no name, a case that is not decided or was
    delivered, too many, what `files.keep` refuses; then none of them is there.
    """
    if not name:
        raise Refusal(NO_NAME)
    await _makes(await seen(case), by)
    await _add(case, name, await kept_of(uploads), by)


async def _makes(case: dict[str, Any], by: UUID) -> None:
    await decides(case, by)
    in_state(case, *MADE)


@db.retrying
async def _add(case: UUID, name: str, kept: list[files.Kept], by: UUID) -> None:
    async with db.transaction():
        found = await locked(case)
        await _makes(found, by)
        known = {one["sha256"] for one in await results_of(case)}
        fresh = {one.sha256: one for one in kept if one.sha256 not in known}
        if len(known) + len(fresh) > MOST:
            raise Refusal(FULL)
        for one in fresh.values():
            await _insert(case, name, one, by)
        if fresh:
            await record(
                case, "issued", found["state"], found["state"], Asker(staff=by), name, count=len(fresh)
            )


async def _insert(case: UUID, name: str, kept: files.Kept, by: UUID) -> None:
    made = Result(
        id=uuid4(), case=case, name=name, sha256=kept.sha256, size=kept.size, type=kept.type,
        added_at=await clock.now(), added_by=by,
    )  # fmt: skip
    await Result.insert(made)


@db.retrying
async def remove_result(case: UUID, result: UUID, by: UUID) -> None:
    """Take a wrong one away, by who decides. Refuses: Denied, NotFound, a case that was delivered or is on its way."""
    async with db.transaction():
        found = await locked(case)
        await _makes(found, by)
        gone = Result.update({Result.removed_at: await clock.now()}).where(
            Result.id == result, Result.case == case, Result.removed_at.is_null()
        )
        names = await gone.returning(Result.name)
        if not names:
            raise NotFound(GONE)
        await record(case, "recalled", found["state"], found["state"], Asker(staff=by), names[0]["name"])


async def withdraw_results(case: UUID) -> None:
    """A part: the decision is no more (撤销), and nobody is shown its files any longer."""
    db.inside()
    await Result.update({Result.removed_at: await clock.now()}).where(
        Result.case == case, Result.removed_at.is_null()
    )


@db.retrying
async def open_result(case: UUID, result: UUID, asker: Asker) -> dict[str, Any]:
    """A file that is there, its `sha256` and `type`; that somebody opened it is written down. Neither an account nor
    staff: who showed number and password. Refuses: Denied, NotFound, also a result that is not there yet, or not any
    more.
    """
    async with db.transaction():
        found = await locked(case)
        there = await _there(found, asker)
        row = next((one for one in there if one["id"] == result), None)
        if row is None:
            raise NotFound(GONE)
        await record(case, "fetched", found["state"], found["state"], asker, row["name"], result=f"{result}")
        return row


async def _there(case: dict[str, Any], asker: Asker) -> list[dict[str, Any]]:
    there = await results_of(case["id"])
    if asker.staff:
        await may(case, asker.staff, *TAKERS)
        return there
    if asker.account and case["account"] != asker.account:
        raise NotFound(MISSING)
    return shown_of(case, there)


async def refuse_unknown(number: str, result: UUID) -> None:
    """Before a try with a password is counted. Refuses: NotFound, a file that is none of the case with this number."""
    if not await db.rows(OF_NUMBER, number, result):
        raise NotFound(GONE)


async def refuse_electronic(case: dict[str, Any]) -> None:
    """A part: 电子送达 takes the applicant's agreement (as 民事诉讼法 90 has it; to be confirmed) and a file. Refuses:
    either that is not there.
    """
    if case["way"] != "online":
        raise Refusal(UNAGREED)
    if not await results_of(case["id"]):
        raise Refusal(NONE)
