"""What stands behind a code: why a signature was not taken, as the desk reads it."""

WHY = {
    "declined": "申请人在手机上没有签",
    "signature": "签名和这份文件对不上",
    "certificate": "证书不是认可的机构发的，或者签的时候不在有效期",
    "name": "证书上的名字不是申请人",
    "time": "签名的时间不对",
    "unreadable": "电子签名服务的回答读不懂",
    "changed": "文件的内容变了",
    "over": "这件事已经往下走了",
    "unreachable": "电子签名服务没有回应",
    "unconfigured": "电子签名服务的设置变了",
}


def said(state: str, why: str) -> str:
    """In a sentence; empty where nothing went wrong."""
    if state == "lapsed" and why != "unreachable":
        return "时间到了还没有签"
    return WHY.get(why, f"电子签名服务不受理（{why}）") if state in ("failed", "lapsed") else ""
