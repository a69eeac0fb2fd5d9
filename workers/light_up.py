"""The lights of cases (亮灯), as the days go by and the calendar changes."""

from backend import cases


async def light_up(ctx: dict[str, object]) -> None:
    """Reckon every running term."""
    await cases.light_up()
