"""What the desk in Shanghai may take in, and by which way, as data: `crossregion.toml` of the city's reference data."""

from functools import cache
from typing import Annotated, Literal

import msgspec

from backend.settings import settings

FILE = "crossregion.toml"
Mode = Literal["online", "proxy", "joint"]
Signing = Literal["drawn", "certified", "paper"]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mode (全程网办、异地代收代办、多地联办), and what it means; {department} decides."""

    name: str
    says: str


class Applicant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sits at the desk: for whom (`audience` of the item), which papers that takes, and whether they come by a
    委托书, of which powers and term are noted (`mandate`).
    """

    name: str
    audience: str = "person"
    papers: list[str] = []
    mandate: bool = False


class Power(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a 委托书 may let somebody do; `usual`: ticked at first."""

    name: str
    usual: bool = False


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case of a matter that goes another way; None: as the matter itself."""

    name: str
    mode: Mode | None = None
    signing: Signing | None = None
    live: str | None = None
    recorded: str | None = None
    originals: bool | None = None


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one matter (`item`: its code) goes at the desk. `live`: why somebody in Qidong has to see the applicant
    (屏对屏), empty: nobody has to; `recorded`: why that is recorded, if both agree. `originals`: they travel.
    `usual_with`: codes of what usually comes with it. `entrusted`: whether somebody may come by a 委托书; None: where
    the matter has 帮办代办 (`assisted`).
    """

    item: str
    mode: Mode | None = None
    signing: Signing = "drawn"
    live: str = ""
    recorded: str = ""
    originals: bool = False
    note: str = ""
    usual_with: list[str] = []
    entrusted: bool | None = None
    situations: list[Situation] = []


class DeskRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file, which says what each means."""

    consent: str
    recording: str
    modes: dict[Mode, Kind]
    signing: dict[Signing, str]
    applicants: Annotated[dict[str, Applicant], msgspec.Meta(min_length=1)]
    powers: dict[str, Power]
    mandate_days: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    way: list[Way]

    def way_of(self, item: str) -> Way:
        """The way of the matter with this code; the plain one where the file has nothing to say."""
        return next((way for way in self.way if way.item == item), Way(item))


@cache
def desk_rules() -> DeskRules:
    """The rules of this deployment. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=DeskRules)
