"""A waiting time in the words of the hall: a range, never a promise, and what it rests on."""

from collections import Counter
from math import ceil, floor

from backend.queue.wait.calibration import Range
from backend.queue.wait.estimate import Estimate

SOON, WIDE, LONG = 3, 10, 120  # minutes: 马上就到; what is wider is told in fives, what is longer in hours
NOBODY = "暂时没有窗口在办，开了再估"


def told(found: Estimate, back: str = "") -> str:
    """“约 12–18 分钟：前面 4 人，2 个窗口在办，1 个暂停”; `back` is `reopens_at` as people say it, “13:00”."""
    return f"{wait(found.range) if found.range else NOBODY}：{'，'.join(_why(found, back))}"


def wait(seconds: Range) -> str:
    """The range alone: “马上就到”, “约 12–18 分钟”, “约 2–2.5 小时”."""
    low, high = _rounded(seconds[0] / 60, seconds[2] / 60)
    if high <= SOON:
        return "马上就到"
    if low >= LONG:
        return f"约 {_span(floor(low / 30) / 2, ceil(high / 30) / 2)} 小时"
    return f"约 {_span(low, high)} 分钟" if low else f"{high} 分钟以内"


def _rounded(low: float, high: float) -> tuple[int, int]:
    """Outwards, to a minute or to five of them."""
    step = 5 if high - low > WIDE else 1
    return floor(low / step) * step, ceil(high / step) * step


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def _why(found: Estimate, back: str) -> list[str]:
    ahead = f"前面 {found.ahead} 人" if found.ahead else "你是下一个"
    serving = [f"{found.serving} 个窗口在办"] if found.serving else []
    paused = [f"{count} 个{word}" for word, count in Counter(found.paused).items()]
    returns = [f"{back} 有窗口回来"] if back and not found.serving and found.reopens_at is not None else []
    return [ahead, *serving, *paused, *returns]
