"""Staff from the command line: for the first administrator, and for who locked themselves out."""

import re

from backend import identity
from backend.commands.ground import ground, run
from backend.refusal import Refusal

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def administrator(username: str, name: str) -> None:
    """Add an administrator for everything."""
    add(username, name, [identity.Grant("administrator")])


def add(username: str, name: str, grants: list[identity.Grant]) -> None:
    """Add a member of staff and print the password to hand over."""
    if not USERNAME.fullmatch(username):
        raise Refusal("用户名须以小写字母开头，2 至 32 位，只用小写字母、数字和 . _ -")
    with ground():
        added = run(lambda: identity.add_staff(username, name, grants))
    _hand_over(username, added.password)


def reset(username: str) -> None:
    """Give a new temporary password, end their sessions, lift a lock."""
    with ground():
        password = run(lambda: identity.reset_staff(username))
    _hand_over(username, password)


def grant_of(text: str) -> identity.Grant:
    """`role`, or `role@kind:code`. Refuses: ValueError."""
    role, _, place = text.partition("@")
    kind, _, scope = place.partition(":")
    return identity.Grant(role, kind or "all", scope)


def _hand_over(username: str, password: str) -> None:
    print(f"用户名 {username}\n临时密码 {password}\n首次登录时须修改；这个密码不会再显示。")
