"""Identity: accounts, the people they act for, staff and their roles, sessions."""

from backend.identity.add_person import add_person
from backend.identity.change_person import change_person
from backend.identity.checks import RELATIONS, mobile
from backend.identity.documents import any_id_indexes, id_indexes
from backend.identity.ids import ID_TYPES
from backend.identity.limits import limits
from backend.identity.people import (
    masked_id,
    people_of,
    person_for,
    phone_of,
    prefer_elder,
    remove_person,
)
from backend.identity.roles import ROLES, Grant, grant, grants_of, require, scopes_of
from backend.identity.send_code import Sent, TooSoon, send_code
from backend.identity.sessions import revoke_session, sessions_of, sign_out, sign_out_everywhere
from backend.identity.sign_in import OwnerUnsure, acknowledge_notice, sign_in, was_told
from backend.identity.staff import Added, add_staff, disable_staff, reset_staff
from backend.identity.staff_sign_in import change_password, staff_sign_in
from backend.identity.tables import Person
from backend.identity.try_code import WrongCode
from backend.identity.visitors import visitor_for

__all__ = [
    "ID_TYPES",
    "RELATIONS",
    "ROLES",
    "Added",
    "Grant",
    "OwnerUnsure",
    "Person",
    "Sent",
    "TooSoon",
    "WrongCode",
    "acknowledge_notice",
    "add_person",
    "add_staff",
    "any_id_indexes",
    "change_password",
    "change_person",
    "disable_staff",
    "grant",
    "grants_of",
    "id_indexes",
    "limits",
    "masked_id",
    "mobile",
    "people_of",
    "person_for",
    "phone_of",
    "prefer_elder",
    "remove_person",
    "require",
    "reset_staff",
    "revoke_session",
    "scopes_of",
    "send_code",
    "sessions_of",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "staff_sign_in",
    "visitor_for",
    "was_told",
]
