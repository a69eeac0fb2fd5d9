"""No signature."""


class Unproved(Exception):
    """It is none; `why` is a code of `words.py`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
