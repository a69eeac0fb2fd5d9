"""Staff from the command line: the first administrator, who joins, who forgot a password, who leaves."""

from backend import identity
from backend.commands.ground import ground, run


def administrator(username: str, name: str) -> None:
    """Add an administrator for everything."""
    add(username, name, [identity.Grant("administrator")])


def add(username: str, name: str, grants: list[identity.Grant]) -> None:
    """Add a member of staff and print the password to hand over."""
    with ground():
        added = run(lambda: identity.add_staff(username, name, grants))
    _hand_over(username, added.password)


def reset(username: str) -> None:
    """Give a new temporary password, end their sessions, lift a lock."""
    with ground():
        password = run(lambda: identity.reset_staff(username))
    _hand_over(username, password)


def disable(username: str) -> None:
    """End their sessions and let them in no more."""
    with ground():
        run(lambda: identity.disable_staff(username))
    print(f"用户名 {username} 已停用，不能再登录；做过的事仍记在名下。")


def grant_of(text: str) -> identity.Grant:
    """`role`, or `role@kind:code`. Refuses: ValueError."""
    role, _, place = text.partition("@")
    kind, _, scope = place.partition(":")
    return identity.Grant(role, kind or "all", scope)


def _hand_over(username: str, password: str) -> None:
    print(f"用户名 {username}\n临时密码 {password}\n首次登录时须修改；这个密码不会再显示。")
