"""A waiting time in words: a range, never a promise."""

from math import ceil, floor

from backend.queue.wait.calibration import Range

SOON, WIDE, LONG = 3, 10, 120  # minutes: 马上就到; what is wider is told in fives, what is longer in hours


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
