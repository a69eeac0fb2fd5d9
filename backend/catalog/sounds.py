"""How a name and the everyday words for it are spelled: what the search box hears."""


def sounds(name: str, *words: str) -> dict[str, str]:
    """The columns `pinyin` (each phrase, `|` between them) and `initials` (of the name) of an item."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # its dictionary is large, and most processes never need it

    syllables = [lazy_pinyin(phrase) for phrase in (name, *words)]
    return {
        "pinyin": "|".join(" ".join(one) for one in syllables),
        "initials": "".join(one[0] for one in syllables[0]),
    }
