"""What the roster of a shift says, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "roster": ("Roster", "班次名单"),
    "roster_none": (
        "There is no such shift, or its roster is not for your eyes: it is shown to whoever runs the service.",
        "不存在此班次，或您无权查看其名单。名单仅供服务执行人员查看。",
    ),
    "roster_when": ("{starts} to {ends}, Beijing time", "北京时间 {starts} 至 {ends}"),
    "roster_counts": (
        "{seated} of {capacity} seats are taken; {came} checked in.",
        "名额 {capacity} 个，已确认 {seated} 人，已签到 {came} 人。",
    ),
    "roster_caption": ("Who has a seat, in the order of signing up", "已确认名额的志愿者（按报名先后）"),
    "roster_seat": ("No.", "序号"),
    "roster_name": ("Name", "姓名"),
    "roster_phone": ("Telephone", "手机号"),
    "roster_came": ("In", "签到"),
    "roster_left": ("Out", "签退"),
    "roster_signature": ("Signature", "签名"),
    "roster_nobody": ("Nobody has a seat yet.", "目前没有已确认名额的志愿者。"),
    "roster_care": (
        "As of {when}, Beijing time. Telephones are shown until the shift is over: destroy the paper afterwards.",
        "截至北京时间 {when}。手机号仅在班次结束前显示；纸质名单请在用毕后销毁。",
    ),
    "roster_print": ("Print this page, or take it as a file:", "可直接打印本页，或下载文件："),
}
