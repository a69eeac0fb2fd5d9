"""Shows that a long step is working: its words, and its seconds as they pass."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(words: str) -> Iterator[None]:
    """Print the words now and the seconds when done; on a terminal they count up meanwhile."""
    began, done = time.monotonic(), threading.Event()
    print(f"· {words} …", end="", flush=True)
    counting = threading.Thread(target=_count, args=(words, began, done), daemon=True)
    if sys.stdout.isatty():
        counting.start()
    try:
        yield
    except BaseException:
        done.set()
        print()
        raise
    done.set()
    print(f" {time.monotonic() - began:.1f} 秒", flush=True) if not sys.stdout.isatty() else _again(
        words, began, "\n"
    )


def _count(words: str, began: float, done: threading.Event) -> None:
    while not done.wait(0.5):
        _again(words, began)


def _again(words: str, began: float, end: str = "") -> None:
    print(f"\r· {words} … {time.monotonic() - began:.1f} 秒", end=end, flush=True)
