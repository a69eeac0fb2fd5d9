"""What became of a push, in plain words, for its owner and for the hall."""

from typing import Any

STATES = {
    "waiting": "正在发",
    "sent": "推送服务收下了，设备还没说收到",
    "gone": "这台设备已经不收了（卸载、清了数据，或关掉了提醒）",
    "refused": "推送服务不认我们的签名，已经记下来，管理员会处理",
    "failed": "没能发出，已经记下来",
    "exhausted": "试了多次都没有发出",
    "late": "到时间还没发出，内容已过时，没有再发",
    "merged": "和前后的消息合成一条发了",
    "read": "已经看过了，不用再提醒",
    "spared": "手机已经收到，不用发短信",
    "withdrawn": "事情有变，没有再发",
    "ended": "这台设备已经退出登录或撤销",
}
ERRORS = {
    "silent": "推送服务没有应答",
    "network": "连不上推送服务",
    "host": "不是我们认得的推送服务",
    "key": "签名用的密钥已经撤掉，等设备下次打开页面时更新",
    "number": "这个号码已经换了主人",
    "broken": "号码或文字读不出来",
    "none": "还没有开通短信通道",
    "429": "推送服务太忙",
    "413": "内容太长",
}


def said(row: dict[str, Any]) -> str:
    """Where a push stands; `row` has state, error, shown_at, opened_at."""
    if row["opened_at"]:
        return "收到了，也点开了"
    if row["shown_at"]:
        return "收到了"
    state, why = STATES[row["state"]], reason(row["error"])
    if row["state"] == "waiting" and why:
        return f"{why}，还在试"
    return f"{state}：{why}" if why and row["state"] in ("failed", "exhausted", "refused") else state


def reason(error: str) -> str:
    """Why, in words; empty where there is no reason. A bare number is a push service's answer."""
    if error.isdigit():
        return ERRORS.get(
            error, f"推送服务拒绝了（{error}）" if error < "500" else f"推送服务出了故障（{error}）"
        )
    return ERRORS.get(error, error)
