"""What became of a message, in plain words for the people of the hall."""

STATES = {
    "waiting": "等待发送",
    "sent": "已发出",
    "delivered": "已送达",
    "undelivered": "没有送达",
    "failed": "没能发出",
    "withdrawn": "已撤回",
    "lapsed": "已过时",
}
PRETENDED = "演示（不发出）"
KINDS = {"code": "验证码"}
REASONS = {
    "none": "还没有开通短信通道",
    "demo-phone": "演示号码，不会真的发出",
    "unreadable": "密钥已更换，这条短信读不出来了",
    "timeout": "短信服务商没有及时应答",
    "unreachable": "连不上短信服务商",
    "broken": "连接中断，不知道对方收到没有",
    "fault": "我们这边出了错，已经记录下来",
    "died": "发送的程序中途停了",
    "late": "到时间还没发出，内容已过时，没有再发",
    "absent": "手机关机或不在服务区",
    "unknown-number": "空号",
    "blocked": "对方拒收",
    "expired": "运营商超时没有送到",
}


def said(state: str, pretended: bool) -> str:
    """The state in Chinese; what only a demo's stand-in took was not sent."""
    return PRETENDED if pretended and state == "sent" else STATES[state]


def reason(why: str) -> str:
    """The reason behind its code; empty where there is none. `http-400` is what a provider answered,
    `exhausted:…` what the last attempt met, `report:…` what the network reported.
    """
    cause, _, more = why.partition(":")
    if cause == "exhausted":
        return f"试了多次都没有发出：{reason(more)}"
    if cause == "report":
        return REASONS.get(more) or (f"运营商报告没有送达（{more}）" if more else "运营商报告没有送达")
    if cause.startswith("http-"):
        return _answered(cause.removeprefix("http-"))
    return REASONS.get(cause, cause)


def _answered(status: str) -> str:
    if status == "429":
        return "短信服务商太忙（429）"
    return f"短信服务商{'拒收' if status.startswith('4') else '出了故障'}（{status}）"
