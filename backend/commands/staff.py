"""Staff from the command line: the first administrator, who joins, who forgot a password, who leaves."""

from backend import identity
from backend.commands.ground import ground, run

grant_of = identity.grant_of


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


def enable(username: str) -> None:
    """Let them in again."""
    with ground():
        run(lambda: identity.enable_staff(username))
    print(f"用户名 {username} 已重新启用，密码和岗位同停用前一样。")


def _hand_over(username: str, password: str) -> None:
    print(f"用户名 {username}\n临时密码 {password}\n首次登录时须修改；这个密码不会再显示。")
