"""What the page of one's sessions says, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "sessions": ("Where you are signed in", "登录中的设备"),
    "sessions_why": (
        "Do you not know one of them? Sign it out, then change your password.",
        "如有不认识的设备，请将其退出登录，并修改密码。",
    ),
    "some_browser": ("Some browser", "未知浏览器"),
    "this_browser": ("this one", "本机"),
    "signed_in_on": ("Signed in on {when}, Beijing time.", "登录时间：{when}。"),
    "from_address": ("Address: {address}.", "地址：{address}。"),
    "sign_out_there": ("Sign out", "退出登录"),
    "sign_out_there_named": ("Sign out {browser}, signed in on {when}", "将 {browser}（登录于 {when}）退出登录"),
    "sign_out_others": ("Sign out all others", "将其他设备全部退出登录"),
    "while_away": (
        "Applications that you allowed to act while you are away go on; you can withdraw that under Your account.",
        "您允许在您离开时继续使用的应用不受影响，可在“您的账号”中撤回授权。",
    ),
}
