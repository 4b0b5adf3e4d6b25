"""What the pages say on which an address is proven by a code, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "send_code": ("Send a code", "发送验证码"),
    "code": ("Code", "验证码"),
    "six_digits": ("Six digits", "六位数字"),
    "code_sent": (
        "We wrote to {address}. What to do is in the letter; a code is good for ten minutes.",
        "已向 {address} 发送信息，请按其中说明操作。验证码十分钟内有效。",
    ),
    "no_code": ("Nothing came? Look among unwanted mail, or", "没有收到？请查看垃圾邮件，或"),
    "send_again": ("have another code sent", "重新获取验证码"),
    "wrong_code": (
        "This code is not right, or its time is over. Check it, or have another sent; only the latest counts.",
        "验证码不正确或已过期。请核对，或重新获取；仅最近一次的验证码有效。",
    ),
    "too_many_codes": (
        "Several codes were sent there. Wait for the letter, or try again later.",
        "已多次发送验证码。请等待收信，或稍后再试。",
    ),
    "not_this_way": ("We cannot write to such an address yet. Use another one.", "暂不支持向此类地址发送，请换一种。"),
    "no_way": (
        "This service cannot send codes yet. Please turn to those who run it.",
        "本服务暂无法发送验证码，请联系管理人员。",
    ),
    "register_how": (
        "We send a code there, so that nobody signs up in your name.",
        "我们将向此地址发送验证码，以确认是您本人注册。",
    ),
    "register_do": ("Create the account", "完成注册"),
    "reset": ("New password", "重设密码"),
    "reset_how": (
        "Give the address you sign in with. If it has an account, we send a code there.",
        "请输入您登录时使用的地址。若已有账号，我们将向其发送验证码。",
    ),
    "reset_do": ("Set the new password", "设置新密码"),
    "forgot": ("Forgot your password?", "忘记密码？"),
    "addresses": ("E-mail and telephone", "邮箱和手机号"),
    "addresses_how": (
        "To change one, or to add it, give the new one. We send a code there and tell the old one.",
        "如需更换或添加，请输入新地址。我们将向其发送验证码，并通知原地址。",
    ),
    "addresses_do": ("Use this address", "使用此地址"),
    "new_address": ("New e-mail or telephone", "新的邮箱或手机号"),
    "verified": ("verified", "已验证"),
    "unverified": ("not verified: give it again below", "未验证：请在下方重新输入"),
}
