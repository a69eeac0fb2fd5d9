"""Papers of a case (材料): files that are handed in from a phone or at a counter, and paper that lies with it."""

from collections.abc import Iterable
from typing import IO, Any
from uuid import UUID, uuid4

from backend import clock, db, files
from backend.cases.applicant import UNDECIDED
from backend.cases.askers import MISSING, TAKERS, in_state, may
from backend.cases.record import Asker, locked, record, seen
from backend.cases.tables import OPEN, CasePaper
from backend.refusal import NotFound, Refusal

MOST = 60  # papers of one case that are there
FULL = f"一个办件最多放 {MOST} 份材料，请先删掉用不着的"
WHICH = "请选是哪一样材料"
GONE = "没有找到这份材料，可能已经删掉"
HANDED_ON = "这样材料的原件已经交接过，不能当作收错拿掉"
WHY = "这样材料收了原件，拿掉要写明原因和原件交给了谁"
NO_COUNT = "请写明原件几份、复印件几份"
STATES = {"account": UNDECIDED, "staff": OPEN}
WITH_ORIGINALS = (
    'SELECT 1 FROM case_paper WHERE id = $1 AND "case" = $2 AND originals > 0 AND removed_at IS NULL'
)
ANSWERS = """
UPDATE case_paper SET gap = $1 WHERE "case" = $2 AND name = $3 AND sha256 = ANY($4) AND removed_at IS NULL
  AND gap IS NULL
"""
PAPERS = """
SELECT p.id, p.name, p.form, p.gap, p.originals, p.copies, p.sha256, p.size, p.type, p.added_at, s.name AS by_name,
       p.by_account IS NOT NULL AS by_applicant, p.checked_at, k.name AS checked_by
FROM case_paper p LEFT JOIN staff s ON s.id = p.by_staff LEFT JOIN staff k ON k.id = p.checked_by
WHERE p."case" = $1 AND p.removed_at IS NULL
ORDER BY p.name, p.added_at, p.id
"""


async def papers_of(case: UUID) -> list[dict[str, Any]]:
    """What is there, by name; for a caller who has asked whose it is."""
    return await db.rows(PAPERS, case)


async def add_files(case: UUID, asker: Asker, name: str, uploads: list[tuple[str, IO[bytes]]]) -> int:
    """Files of one of the papers, each with the name it had on the sender's device, by the applicant or a member of
    staff; returns how many are new: the same page again is none. Refuses: Denied, NotFound, a case that takes none any
    more, too many, what `files.keep` refuses; then none of them is there.
    """
    if not name:
        raise Refusal(WHICH)
    await _theirs(await seen(case), asker)
    return await _add(case, asker, name, await kept_of(uploads))


async def kept_of(uploads: Iterable[tuple[str, IO[bytes]]]) -> list[files.Kept]:
    """Each file, kept. Refuses: BadFile, with the name of the file."""
    return [await _keep(*one) for one in uploads]


async def _keep(name: str, upload: IO[bytes]) -> files.Kept:
    try:
        return await files.keep(upload)
    except files.BadFile as bad:
        raise files.BadFile(f"{name} {bad.sentence}") from None


@db.retrying
async def _add(case: UUID, asker: Asker, name: str, kept: list[files.Kept]) -> int:
    async with db.transaction():
        found = await locked(case)
        await _theirs(found, asker)
        return await lay_files(found, asker, name, kept)


async def lay_files(
    case: dict[str, Any], asker: Asker, name: str, kept: list[files.Kept], gap: UUID | None = None
) -> int:
    """A part: files that were kept lie with the locked case, as what answers a gap where one is named; how many are
    new. Refuses: too many.
    """
    there = await papers_of(case["id"])
    known = {(one["name"], one["sha256"]) for one in there}
    fresh = {one.sha256: one for one in kept if (name, one.sha256) not in known}
    if len(there) + len(fresh) > MOST:
        raise Refusal(FULL)
    for one in fresh.values():
        what = {"sha256": one.sha256, "size": one.size, "type": one.type, "gap": gap}
        await _insert(case, asker, name, form="file", **what)
    if gap:
        await db.rows(ANSWERS, gap, case["id"], name, [one.sha256 for one in kept])
    if fresh:
        await record(case["id"], "added", case["state"], case["state"], asker, name, count=len(fresh))
    return len(fresh)


async def bring_in(
    case: UUID, asker: Asker, papers: list[tuple[str, int, int]], shots: list[tuple[str, files.Kept]]
) -> None:
    """A part: what was handed over elsewhere lies with a case that was just opened: names with originals and copies,
    and files that were kept. Refuses: too many.
    """
    found = await locked(case)
    if len(papers) + len(shots) > MOST:
        raise Refusal(FULL)
    for name, originals, copies in papers:
        if originals + copies:
            await _insert(found, asker, name, form="paper", originals=originals, copies=copies)
    for name in dict.fromkeys(name for name, _ in shots):
        await lay_files(found, asker, name, [kept for other, kept in shots if other == name])


@db.retrying
async def add_paper(case: UUID, by: UUID, name: str, originals: int, copies: int) -> None:
    """Paper that lies with the case. Refuses: Denied, NotFound, no paper at all, a case that is over."""
    if not name:
        raise Refusal(WHICH)
    if originals + copies < 1:
        raise Refusal(NO_COUNT)
    asker = Asker(staff=by)
    async with db.transaction():
        found = await locked(case)
        await _theirs(found, asker)
        if len(await papers_of(case)) >= MOST:
            raise Refusal(FULL)
        await _insert(found, asker, name, form="paper", originals=originals, copies=copies)
        await record(
            case, "laid", found["state"], found["state"], asker, name, originals=originals, copies=copies
        )


async def _insert(case: dict[str, Any], asker: Asker, name: str, **what: Any) -> None:
    who: dict[str, Any] = {"by_account": asker.account, "by_staff": asker.staff}
    made = CasePaper(id=uuid4(), case=case["id"], name=name, added_at=await clock.now(), **who, **what)
    await CasePaper.insert(made)


@db.retrying
async def remove_paper(case: UUID, paper: UUID, asker: Asker, why: str = "") -> None:
    """Take one away: the applicant only what they handed in themselves. Refuses: Denied, NotFound, a case that is
    decided (for the applicant) or over, originals that were handed on, or that were received without a word of why.
    """
    async with db.transaction():
        found = await locked(case)
        await _theirs(found, asker)
        if await db.rows("SELECT 1 FROM custody_original WHERE paper = $1 LIMIT 1", paper):
            raise Refusal(HANDED_ON)
        if not why and await db.rows(WITH_ORIGINALS, paper, case):
            raise Refusal(WHY)
        gone = CasePaper.update({CasePaper.removed_at: await clock.now()}).where(
            CasePaper.id == paper, CasePaper.case == case, CasePaper.removed_at.is_null()
        )
        if asker.account:
            await _refuse_counted(found, paper)
            gone = gone.where(CasePaper.by_account == asker.account)
        names = await gone.returning(CasePaper.name)
        if not names:
            raise NotFound(GONE)
        said = f"{names[0]['name']}：{why}" if why else names[0]["name"]
        await record(case, "removed", found["state"], found["state"], asker, said)


async def _refuse_counted(case: dict[str, Any], paper: UUID) -> None:
    """A part: from the acceptance on, once it was held against its original or a gap was ticked for it, a file is the
    case's.
    """
    counted = """SELECT 1 FROM case_paper p LEFT JOIN case_gap g ON g.id = p.gap
      WHERE p.id = $1 AND (g.filled_at IS NOT NULL OR p.checked_at IS NOT NULL)"""
    if case["state"] not in ("received", "correcting") or await db.rows(counted, paper):
        raise Refusal("窗口已经按这份材料办了，不能删。要换的，请再传一份，或联系窗口")


async def open_file(case: UUID, paper: UUID, asker: Asker) -> dict[str, Any]:
    """A file that is there: its `sha256` and `type`. That staff looked at it is written down. Refuses: Denied,
    NotFound.
    """
    found = await seen(case)
    await _known(found, asker)
    row = next((one for one in await papers_of(case) if one["id"] == paper and one["sha256"]), None)
    if row is None:
        raise NotFound(GONE)
    if asker.staff:
        async with db.transaction():
            await record(case, "looked", found["state"], found["state"], asker, row["name"], paper=str(paper))
    return row


async def mark_of(case: UUID, by: UUID) -> str:
    """What stands across a file that a member of staff looks at: which case, who, and when."""
    [row] = await db.rows(
        "SELECT c.number, s.username FROM service_case c, staff s WHERE c.id = $1 AND s.id = $2", case, by
    )
    return f"{row['number']} {row['username']} {clock.local(await clock.now()):%Y-%m-%d %H:%M}"


async def _known(case: dict[str, Any], asker: Asker) -> None:
    if asker.staff:
        await may(case, asker.staff, *TAKERS)
    elif asker.account is None or case["account"] != asker.account:
        raise NotFound(MISSING)


async def _theirs(case: dict[str, Any], asker: Asker) -> None:
    await _known(case, asker)
    in_state(case, *STATES["staff" if asker.staff else "account"])
