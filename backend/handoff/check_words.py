"""设备自检: what may come out for each thing that a session needs, how bad it is, and what to do about it."""

from typing import Literal, NamedTuple

Light = Literal["good", "mind", "bad"]
LIGHTS: dict[Light, tuple[str, str]] = {
    "good": ("正常", "on"),
    "mind": ("注意", "warm"),
    "bad": ("不行", "bad"),
}
ORDER: list[Light] = ["bad", "mind", "good"]
UNTESTED = "untested"


class Outcome(NamedTuple):
    """A light, and what it means for who sits there."""

    light: Light
    said: str


class Kind(NamedTuple):
    """One thing that is tried, by its outcomes."""

    label: str
    outcomes: dict[str, Outcome]


def _kind(label: str, good: str, **others: tuple[Light, str]) -> Kind:
    more = {code: Outcome(*each) for code, each in others.items()}
    left_out = Outcome("mind", "这次没有测")
    return Kind(label, {"ok": Outcome("good", good), **more, UNTESTED: left_out})


def _way(label: str, blocked: str) -> Kind:
    return _kind(
        label,
        "连得上，来回能传",
        failed=("bad", blocked),
        unset=("mind", "没有配这条路。能直接连的时候不影响；要不要配，问管平台的人"),
    )


REFUSED = "浏览器没有让用。点地址栏左边的图标改成允许，再测一次"
BUSY = "正被别的程序用着。关掉那个程序，再测一次"
ODD = "打不开。拔下来重插，或者重启电脑，再测一次"
KINDS: dict[str, Kind] = {
    "camera": _kind(
        "摄像头", "画面在动，对方看得到你", refused=("bad", REFUSED), busy=("bad", BUSY), odd=("bad", ODD),
        none=("bad", "没有找到摄像头。插好了再测；实在没有，就用拍照加文字加电话的办法办"),
    ),
    "microphone": _kind(
        "麦克风", "听得到你说话", refused=("bad", REFUSED), busy=("bad", BUSY), odd=("bad", ODD),
        none=("bad", "没有找到麦克风。插好了再测；这期间用桌上的电话说"),
        silent=("bad", "一点声音都没有。看看是不是静音了、选错了麦克风，对着它说句话再测"),
    ),
    "speaker": _kind("喇叭", "听到了", unheard=("bad", "没听到。把音量调大，看看喇叭有没有插好、选对，再测一次")),
    "screen": _kind(
        "共享屏幕", "能把屏幕给对方看",
        refused=("mind", "没有选要共享的屏幕。再测一次，在弹出来的框里选整个屏幕"),
        none=("mind", "这个浏览器不能共享屏幕。材料可以拍给对方看；要共享，用电脑上的浏览器"),
    ),
    "udp": _way("中继（UDP）", "连不上。防火墙多半没放行 UDP；下面 TCP 或 TLS 能通就还能用，画面会慢一点"),
    "tcp": _way("中继（TCP）", "连不上。请网管放行到中继服务器的端口；直接连得上的时候不影响"),
    "tls": _way("中继（TLS）", "连不上。请网管放行端口；别的都通、只有它不通，多半是中继的证书有问题"),
    "certificate": _kind(
        "证书", "网站和中继的证书浏览器都认",
        local=("good", "在本机上试用，用不着证书"),
        insecure=("bad", "不是 https，浏览器不让用摄像头和麦克风。请从 https 开头的地址打开"),
        relay=("bad", "中继的证书浏览器不认，请管平台的人换一张，带上中间证书"),
    ),
    "bandwidth": _kind(
        "网速", "够看清楚",
        slow=("mind", "有点慢，画面可能会糊，会自动降低清晰度。关掉正在下载的东西，最好插网线"),
        poor=("bad", "太慢或者太远，可能只能听声音。请插网线；办件可以走拍照加文字"),
    ),
}  # fmt: skip


def worst(results: dict[str, str]) -> Light:
    """The worst of the lights."""
    lights = {light_of(kind, code) for kind, code in results.items()}
    return next((light for light in ORDER if light in lights), "good")


def light_of(kind: str, code: str) -> Light:
    """Of one outcome; what is not known any more was not tested."""
    return outcome(kind, code).light


def outcome(kind: str, code: str) -> Outcome:
    """What is said of it."""
    known = KINDS[kind].outcomes
    return known.get(code, known[UNTESTED])
