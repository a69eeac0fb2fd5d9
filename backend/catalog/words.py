"""What the codes of GB/T 39554 are called. The codes are the standard's, not a city's."""

TYPES = {
    "01": "行政许可",
    "05": "行政给付",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
LEVELS = {"1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "镇街级", "6": "村社级"}
KINDS = {"1": "即办件", "2": "承诺件"}
BODIES = {"1": "法定机关", "2": "授权组织", "3": "受委托组织"}
AUDIENCES = {"person": "个人", "firm": "企业和其他组织"}
SCOPES = {
    "nation": "全国通办",
    "region": "跨省通办",
    "province": "全省通办",
    "city": "全市通办",
    "county": "本市（县）内通办",
    "town": "本镇办理",
}
DEPTHS = {"0": "不能网办", "1": "网上查信息", "2": "网上预约", "3": "网上申请，到场一次", "4": "全程网办"}
UNITS = {"working": "个工作日", "natural": "天", "month": "个月"}
RESULTS = {"licence": "证照", "approval": "批文", "proof": "证明", "other": "其他"}
ORIGINALS = {"original": "原件", "copy": "复印件", "both": "原件和复印件"}
FORMS = {"paper": "纸质", "digital": "电子", "either": "纸质或电子"}
SOURCES = {10: "自备", 20: "政府核发", 99: "其他单位出具"}
NECESSITIES = {1: "必要", 2: "非必要", 3: "容缺后补"}

ITEM = {
    "type": TYPES,
    "level": LEVELS,
    "kind": KINDS,
    "body_kind": BODIES,
    "scope": SCOPES,
    "online_depth": DEPTHS,
    "statutory_unit": UNITS,
    "promised_unit": UNITS,
    "result_kind": RESULTS,
}
MATERIAL = {"original": ORIGINALS, "form": FORMS, "source": SOURCES, "necessity": NECESSITIES}
HALL = {"kind": {"city": "市政务服务中心", "town": "镇便民服务中心", "shanghai": "驻沪办事点"}}
