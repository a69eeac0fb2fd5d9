"""What was put into this database: the reference files it was loaded from, and whether a demo was."""

from piccolo.columns import Boolean, SmallInt, Varchar
from piccolo.table import Table


class DatabaseState(Table, tablename="database_state"):
    """The single row (id 1). `digest` is of the reference files last loaded; `demo` is never taken back."""

    id = SmallInt(primary_key=True, default=1)
    digest = Varchar(length=64, default="")
    demo = Boolean(default=False)


async def remember(digest: str | None = None, demo: bool | None = None) -> None:
    """Note what was put in."""
    await DatabaseState.insert(DatabaseState(id=1)).on_conflict(action="DO NOTHING", target=DatabaseState.id)
    known = {"digest": digest, "demo": demo}
    await DatabaseState.update(
        {name: value for name, value in known.items() if value is not None}, force=True
    )


async def digest_loaded() -> str:
    """The digest of the reference files last loaded; empty when none was."""
    row = await DatabaseState.select(DatabaseState.digest).first()
    return row["digest"] if row else ""


async def holds_a_demo() -> bool:
    """A demo was filled into this database at some time: its staff have passwords that everybody can read."""
    return await DatabaseState.exists().where(DatabaseState.demo.eq(True))
