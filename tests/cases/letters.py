"""Results on their way home."""

from uuid import UUID

from backend import cases, db
from backend.cases import Asker
from tests.cases.office import Office, received

ADDRESS, NUMBER, COURIER = "汇龙镇人民路 1 号", "EA123456789CN", "邮政 EMS"


async def finished(at: Office, n: int = 7) -> UUID:
    """A granted case whose result is there."""
    one = await received(at, n)
    await cases.accept(one, at.clerk)
    await cases.decide(one, "granted", at.officer)
    await cases.finish(one, at.officer)
    return one


async def to_mail(one: UUID, clerk: UUID) -> None:
    """The applicant wants it mailed, as they say at the counter."""
    await db.rows("UPDATE item SET delivery = true")
    await cases.choose_way(one, "mail", ADDRESS, Asker(staff=clerk))


async def mailed(one: UUID, clerk: UUID) -> None:
    """The courier has it."""
    await to_mail(one, clerk)
    await cases.mail(one, COURIER, NUMBER, clerk)
