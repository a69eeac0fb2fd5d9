"""One answer of the doctor: how bad, in one sentence, and the one thing to do about it."""

from typing import Literal

import msgspec

Level = Literal["good", "mind", "bad"]
WORDS: dict[Level, str] = {"good": "好", "mind": "注意", "bad": "坏"}


class Finding(msgspec.Struct, frozen=True):
    """`id` names the question and never changes; `remedy` is empty where nothing is to be done."""

    id: str
    level: Level
    said: str
    remedy: str = ""

    def line(self) -> str:
        """For people: 坏  database-reachable  … → …."""
        return f"{WORDS[self.level]}  {self.id}：{self.said}" + (
            f"\n    → {self.remedy}" if self.remedy else ""
        )


def good(id: str, said: str) -> Finding:
    """All is well."""
    return Finding(id, "good", said)


def mind(id: str, said: str, remedy: str) -> Finding:
    """It works, but somebody should look at it."""
    return Finding(id, "mind", said, remedy)


def bad(id: str, said: str, remedy: str) -> Finding:
    """It does not work, or will soon not."""
    return Finding(id, "bad", said, remedy)
