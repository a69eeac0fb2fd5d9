"""同步: what is done without a network is sealed on a device, chained, handed over once and opened by its domain."""

from backend.sync.devices import SKEW
from backend.sync.forget import forget
from backend.sync.kinds import UNKNOWN, Facts, Kind, Opened, know
from backend.sync.opening import sweep

__all__ = ["SKEW", "UNKNOWN", "Facts", "Kind", "Opened", "forget", "know", "sweep"]
