"""A citizen signs in: the phone proves itself by a code, and the account is made at first use."""

import datetime as dt
import hmac
from uuid import UUID

from backend import clock, secrecy
from backend.db import transaction
from backend.identity.events import record
from backend.identity.people import live
from backend.identity.phones import let_go, lock_phone, open_account, phone_indexes, seen, unsure
from backend.identity.sessions import open_session
from backend.identity.tables import Account, Person
from backend.identity.try_code import WrongCode, try_code, use_code
from backend.refusal import Refusal


class OwnerUnsure(Refusal):
    """The number was idle so long (`identity.toml`: accounts), or proved so little, that it may be somebody else's:
    the last six of the ID are asked too.
    """


async def sign_in(
    phone: str,
    code: str,
    device: str = "",
    tail: str = "",
    afresh: bool = False,
    *,
    within: UUID | None = None,
) -> str:
    """Open a session for the phone whose code this is; returns its token, a new one at every sign-in.

    Refuses: WrongCode (tries and minutes as `identity.toml` sets), OwnerUnsure (give `tail`, or `afresh` to
    start empty; not asked of who is signed in already, `within` the phone's account).
    The refusal is raised after the commit, so that no try goes uncounted.
    """
    now = await clock.now()
    async with transaction():
        await lock_phone(phone)
        outcome = await _attempt(phone, code, now, device=device, tail=tail, afresh=afresh, within=within)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def _attempt(
    phone: str, code: str, now: dt.datetime, *, device: str, tail: str, afresh: bool, within: UUID | None
) -> str | Refusal:
    proved = await try_code(phone, code, now)
    account = await Account.objects().where(Account.phone_index.is_in(phone_indexes(phone))).first()
    if isinstance(proved, WrongCode):
        await _failed(account if proved.counted else None, device)
        return proved
    if account and account.id != within and unsure(account, now):
        kept = await _still_theirs(account, tail, afresh)
        if isinstance(kept, Refusal):
            await _failed(account if tail else None, device)
            return kept
        if not kept:
            await let_go(account)
            account = None
    await use_code(proved, now)
    owner = await seen(account, phone, now) if account else await open_account(phone, now)
    await record("signed-in", account=owner, way="code", device=device)
    return await open_session(now, device, account=owner, way="code")


async def _failed(account: Account | None, device: str) -> None:
    # Only tries that a code counts: a stranger must not fill somebody's list with as many as they like.
    if account:
        await record("sign-in-failed", account=account.id, way="code", device=device)


async def _still_theirs(account: Account, tail: str, afresh: bool) -> bool | OwnerUnsure:
    # Nobody's ID to ask for means nothing can be proved: such an account starts empty as well.
    own = await Person.objects().where(live(account.id), Person.relation == "self").first()
    if afresh or own is None:
        return False
    if not tail:
        return OwnerUnsure("这个号码很久没用了。请再填本人证件号的最后 6 位，确认还是你")
    right = hmac.compare_digest(secrecy.unseal(own.id_sealed)[-6:].encode(), tail.upper().encode())
    return right or OwnerUnsure("最后 6 位和原来登记的不一样。请再核对，或不要原来的资料、重新开始")


async def acknowledge_notice(by: UUID) -> None:
    """The account has seen the privacy notice (个人信息保护法 17: told, not asked, for statutory duties)."""
    now = await clock.now()
    await Account.update({Account.consented_at: now}).where(Account.id == by, Account.consented_at.is_null())


async def was_told(account: UUID) -> bool:
    """Whether the account has seen the privacy notice."""
    return await Account.exists().where(Account.id == account, Account.consented_at.is_not_null())
