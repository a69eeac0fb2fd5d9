"""What identity holds of an account: taken away as a copy (个人信息保护法 45), erased when its owner leaves (47)."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, secrecy, sms
from backend.db import inside
from backend.identity.checks import RELATIONS
from backend.identity.documents import GONE, lock_people
from backend.identity.events import record
from backend.identity.ids import ID_TYPES
from backend.identity.limits import limits
from backend.identity.phones import UNPROVED, lock_phone_of, phone_indexes, put_down
from backend.identity.sessions import revoke_all
from backend.identity.tables import (
    Account,
    Code,
    IdentityEvent,
    LinkedIdentity,
    OidcReturn,
    Person,
    Session,
    Staff,
)
from backend.refusal import NotFound, Refusal

Section = tuple[str, list[dict[str, Any]]]
HAPPENED = {
    "signed-in": "登录",
    "signed-out-everywhere": "退出所有设备",
    "number-released": "号码换了主人",
    "account-opened": "大厅代为开户",
    "person-added": "添加办事人",
    "person-changed": "修改办事人",
    "person-id-changed": "更换办事人的证件",
    "person-removed": "移除办事人",
    "id-proved": "窗口核验证件",
    "phone-unmasked": "工作人员查看完整手机号",
    "identity-linked": "关联统一身份账号",
    "identity-unlinked": "取消关联",
    "sign-in-failed": "登录没有成功",
    "data-copied": "带走一份自己的信息",
    "phone-linked": "关联为值守手机",
    "phone-unlinked": "不再是值守手机",
}
PEOPLE_OF = """
UPDATE person SET name = '', id_sealed = '', priority_class = '', elder = false, voice = false, agreed_at = NULL,
       authorised_until = NULL, removed_at = coalesce(removed_at, $2)
WHERE account = $1
"""


class ConfirmFirst(Refusal):
    """The last sign-in is too long ago for this: a fresh code comes first."""


async def require_lately(session: UUID, by: UUID) -> None:
    """The session is the account's and began within `fresh_minutes` of `identity.toml`. Refuses: ConfirmFirst."""
    since = await clock.now() - dt.timedelta(minutes=limits().accounts.fresh_minutes)
    fresh = (Session.created_at > since) & Session.revoked_at.is_null()
    if not await Session.exists().where(Session.id == session, Session.account == by, fresh):
        raise ConfirmFirst("为了安全，请先用短信验证码确认是你本人")


async def export_of(account: UUID) -> list[Section]:
    """Part: all of it in plain words. IDs of people other than oneself by their last four only; no name of staff."""
    await record("data-copied", account=account)
    own = await Account.objects().where(Account.id == account).first()
    if own is None or not own.phone_sealed:
        raise NotFound(GONE)
    codes = await sms.export_of(await _code_messages(secrecy.unseal(own.phone_sealed)))
    return [
        ("账号", [await _account(own)]), ("办事人", await _people(account)), ("登录过的设备", await _sessions(account)),
        ("关联的账号", await _identities(account)),
        ("账号上发生的事", await _events(account)), ("验证码短信", codes),
    ]  # fmt: skip


async def _account(own: Account) -> dict[str, Any]:
    return {
        "手机号": secrecy.unseal(own.phone_sealed), "开户时间": own.created_at,
        "最近使用": None if own.seen_at == UNPROVED else own.seen_at,
        "看过个人信息说明": own.consented_at,
        "是工作人员的值守手机": await Staff.exists().where(Staff.account == own.id),
    }  # fmt: skip


async def _people(account: UUID) -> list[dict[str, Any]]:
    found = await Person.objects().where(Person.account == account).order_by(Person.created_at)
    return [_person(one) for one in found if one.id_sealed]


def _person(one: Person) -> dict[str, Any]:
    number = secrecy.unseal(one.id_sealed)
    return {
        "关系": RELATIONS[one.relation], "姓名": one.name, "证件类型": ID_TYPES[one.id_type],
        "证件号码": number if one.relation == "self" else secrecy.mask_id(number),
        "优先情形": limits().priority_classes.get(one.priority_class, ""), "长辈版": one.elder,
        "叫号时读出声": one.voice,
        "添加时间": one.created_at, "窗口核验时间": one.proved_at, "同意代办时间": one.agreed_at,
        "受托到": one.authorised_until, "移除时间": one.removed_at,
    }  # fmt: skip


async def _sessions(account: UUID) -> list[dict[str, Any]]:
    found = await Session.objects().where(Session.account == account).order_by(Session.created_at)
    return [
        {"设备": one.device, "登录时间": one.created_at, "最近使用": one.seen_at, "退出时间": one.revoked_at}
        for one in found
    ]


async def _identities(account: UUID) -> list[dict[str, Any]]:
    found = await LinkedIdentity.objects().where(LinkedIdentity.account == account)
    return [
        {"从哪里登录": one.issuer, "那里的编号": secrecy.unseal(one.subject_sealed), "关联时间": one.linked_at,
         "取消时间": one.unlinked_at} for one in sorted(found, key=lambda one: one.linked_at)
    ]  # fmt: skip


async def _events(account: UUID) -> list[dict[str, Any]]:
    found = await db.rows(
        "SELECT what, why, at FROM identity_event WHERE account = $1 ORDER BY at, id", account
    )
    return [
        {"时间": row["at"], "事情": HAPPENED.get(row["what"], row["what"]), "原因": row["why"]}
        for row in found
    ]


async def _code_messages(phone: str) -> list[str]:
    """The keys of the text messages by which codes were sent to the phone."""
    found = await Code.select(Code.id).where(Code.phone_index.is_in(phone_indexes(phone)))
    return [f"code:{row['id']}" for row in found]


async def hold(account: UUID) -> None:
    """Part: from here until the end of the transaction nobody signs in to the account, adds people or books for
    them. Comes before any other lock. Refuses: NotFound, an account that was erased before.
    """
    inside()
    if not await lock_phone_of(account):
        raise NotFound(GONE)
    await lock_people(account)
    await db.rows("SELECT id FROM person WHERE account = $1 ORDER BY id FOR UPDATE", account)


async def erase(account: UUID) -> None:
    """Part, after `hold`: names, IDs and phone are emptied, the number is free for a new account, sessions end.

    What stays: the ids of rows with what was done when, and each ID's blind index, with whether it was proved, for as
    long as `retention.toml` keeps no-shows, so that nobody leaves a pause or a no-show behind by leaving.
    """
    inside()
    own = await Account.objects().where(Account.id == account).first()
    if own and own.phone_sealed:
        await sms.erase(await _code_messages(secrecy.unseal(own.phone_sealed)))
    left = Account.update({Account.phone_sealed: b"", Account.phone_index: None}).where(
        Account.id == account, Account.phone_sealed != b""
    )
    if not await left.returning(Account.id):
        raise NotFound(GONE)
    await db.rows(PEOPLE_OF, account, await clock.now())
    await put_down(Staff.account == account)
    await LinkedIdentity.delete().where(LinkedIdentity.account == account)
    await OidcReturn.delete().where(OidcReturn.account == account)
    await revoke_all(account=account)
    await Session.update({Session.device: ""}).where(Session.account == account)
    await IdentityEvent.update({IdentityEvent.why: "", IdentityEvent.device: ""}).where(
        IdentityEvent.account == account
    )
    await record("account-erased", account=account)
