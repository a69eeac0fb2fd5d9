"""What a process remembers of the push services it asked: their names come from strangers, so only of a few hundred."""

from collections import OrderedDict
from typing import TypeVar

MOST = 500
K = TypeVar("K")
V = TypeVar("V")


class Few(OrderedDict[K, V]):
    """A dict that keeps the keys used last and forgets the others; forgetting one costs a little work, and no more."""

    def used(self, key: K, otherwise: V) -> V:
        """What is known of the key, which counts as used."""
        if key not in self:
            return otherwise
        self.move_to_end(key)
        return self[key]

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > MOST:
            self.popitem(last=False)
