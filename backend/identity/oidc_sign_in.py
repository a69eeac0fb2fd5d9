"""A citizen signs in by the province's identity: by the identity they linked, else by the phone it has verified."""

import datetime as dt
from uuid import UUID

import msgspec

from backend import clock
from backend.db import retrying, transaction
from backend.identity import linked, verified_id
from backend.identity.events import record
from backend.identity.oidc_claims import Claims
from backend.identity.oidc_client import called
from backend.identity.phones import idle, lock_phone, open_account, phone_indexes, seen
from backend.identity.sessions import open_session
from backend.identity.tables import Account
from backend.refusal import Refusal


class PhoneFirst(Refusal):
    """The issuer's word for the phone is not enough: a code by SMS proves it once, then it is linked."""

    def __init__(self) -> None:
        super().__init__(f"请用短信验证码确认一次手机号，再和{called()}关联。以后就可以直接用{called()}登录")


class Inside(msgspec.Struct, frozen=True):
    """The session's token; `differs`: the verified ID contradicts what was typed, which is new."""

    token: str
    differs: bool


@retrying
async def oidc_sign_in(claims: Claims, device: str = "") -> Inside:
    """Open a session for the account of this identity, linked now where its phone is verified.

    Refuses: PhoneFirst; an account that another identity of this issuer opens already.
    """
    now = await clock.now()
    async with transaction(linked.refusing()):
        await linked.lock_subject(claims)
        account = await _known(claims, now) or await _by_phone(claims, now)
        if account is None:
            raise PhoneFirst
        differs = await linked.settle(account, claims)
        await record("signed-in", account=account, way="oidc", device=device)
        return Inside(await open_session(now, device, account=account, way="oidc"), differs)


async def _known(claims: Claims, now: dt.datetime) -> UUID | None:
    owner = await linked.account_of(claims)
    account = await Account.objects().where(Account.id == owner).first() if owner else None
    if account and claims.phone and account.phone_index in phone_indexes(claims.phone):
        await seen(account, claims.phone, now)  # the number is still theirs, the issuer says
    return owner


async def _by_phone(claims: Claims, now: dt.datetime) -> UUID | None:
    if not claims.phone:
        return None
    await lock_phone(claims.phone)
    account = await Account.objects().where(Account.phone_index.is_in(phone_indexes(claims.phone))).first()
    if account and not await _surely_theirs(account, claims, now):
        return None
    owner = await seen(account, claims.phone, now) if account else await open_account(claims.phone, now)
    await linked.link(owner, claims, now)
    return owner


async def _surely_theirs(account: Account, claims: Claims, now: dt.datetime) -> bool:
    # The issuer verified the phone once, perhaps long ago: who contradicts the ID typed here, or comes to a number
    # that slept (OwnerUnsure), may be its former owner.
    own = await verified_id.own_person(account.id)
    if own and claims.id_number:
        return verified_id.same(own, claims)
    return not idle(account, now)
