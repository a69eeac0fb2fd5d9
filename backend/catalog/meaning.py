"""Text reduced to what carries meaning: fillers out, everyday sayings to the catalogue's word.

The sayings stand in `vocabulary.txt`. Cut into characters and pairs of characters, so that no
dictionary of Chinese words is needed.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

FILLERS = (
    "请问|你好|我想要|我想|想要|我要|怎么办理|怎么办|怎么弄|怎么|如何|咋办|咋|哪里|哪儿|在哪|哪个|什么|需要|要带|"
    "手续|流程|材料|办理|申请|申领|领取|一下|可不可以|可以|能不能|能否|应该|应当|帮我|我家|家里|的话|时候|事情|我们|他们|"
    "[的了吗呢啊吧呀嘛么我你他她它要去想办给把被是有在到个和与及这那就还也都得着过让帮又很太该会能请人]"
)


def bare(text: str) -> str:
    """Letters, digits and characters only, in one width and one case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


@cache
def _vocabulary() -> tuple[re.Pattern[str], dict[str, str]]:
    lines = (Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    groups = [line.split() for line in lines if line and not line.startswith("#")]
    meant = {said: group[0] for group in groups for said in group}
    longest_first = sorted(meant, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), meant


def reduced(text: str) -> str:
    """What carries meaning, in the catalogue's words."""
    pattern, meant = _vocabulary()
    text = pattern.sub(lambda found: f" {meant[found[0]]} ", bare(text))
    return "".join(part if part in meant else re.sub(FILLERS, "", part) for part in text.split())


def pieces(text: str) -> frozenset[str]:
    """Characters and pairs of neighbouring characters."""
    return frozenset(text) | {text[n : n + 2] for n in range(len(text) - 1)}


@lru_cache(maxsize=32_768)
def known(text: str) -> frozenset[str]:
    """The pieces of a text of the catalogue, kept so that one change costs one text.

    Never what people type: that is nobody's to keep.
    """
    return pieces(reduced(text))
