"""What the pages about the accounts of children say, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "own_age": ("I am {age} or older: send the code", "我已满 {age} 周岁，发送验证码"),
    "under_age": ("Under {age}?", "未满 {age} 周岁？"),
    "with_guardian": ("Sign up with a guardian", "与监护人一起注册"),
    "child": ("Sign up with a guardian", "与监护人一起注册"),
    "child_how": (
        (
            "Who is under {age} has an account if a parent or other guardian consents. Do this together: each of you "
            "gets a code. Without the guardian's, nothing is kept."
        ),
        (
            "未满 {age} 周岁者开立账号，须经父母或其他监护人同意。请与监护人一起操作：双方各收到一个验证码。没有监护人"
            "的验证码，不保留任何信息。"
        ),
    ),
    "child_do": ("Create the account", "完成注册"),
    "own_address": ("Your own e-mail or telephone", "您本人的邮箱或手机号"),
    "guardian_address": ("Your guardian's e-mail or telephone", "监护人的邮箱或手机号"),
    "guardian_language": ("Language of the letter to your guardian", "发给监护人的信息所用语言"),
    "send_both": ("Send both codes", "发送两个验证码"),
    "both_sent": (
        "We wrote to {address}, and to your guardian at {guardian}. The codes are good for ten minutes.",
        "已向 {address} 以及监护人 {guardian} 发送信息。验证码十分钟内有效。",
    ),
    "for_guardian": ("For the guardian", "由监护人填写"),
    "guardian_consents": (
        (
            "By this code you consent that this service keeps the child's name, display name, e-mail or telephone, "
            "language and sign-ins, to run the account and for nothing else. Whoever has signed in sees the display "
            "name. Nobody serves as a volunteer at that age. It holds until the 14th birthday; you may take it back "
            "before, and the account is erased at once."
        ),
        (
            "填写此验证码即表示您同意本服务处理该未成年人的姓名、显示名称、邮箱或手机号、语言和登录记录，仅用于运行此账号，"
            "不作他用。登录用户可见其显示名称。此年龄不能参加志愿服务。同意至其年满十四周岁止；您可随时撤回，账号随即删除。"
        ),
    ),
    "guardian_code": ("Guardian's code", "监护人的验证码"),
    "guardian": ("Accounts in your care", "由您监护的账号"),
    "guardian_how": (
        "Did you consent to the account of somebody under 14? Give the address we wrote to; we send a code there.",
        "您曾同意未满十四周岁者开立账号？请输入当时接收验证码的地址，我们将向其发送验证码。",
    ),
    "guardian_do": ("See the accounts", "查看账号"),
    "care_of": ("That rest on a consent from {address}.", "以 {address} 表示同意的账号。"),
    "care_none": ("There are none.", "没有这样的账号。"),
    "care_times": ("Consented to on {since}, until {until}.", "同意时间：{since}，至 {until} 止。"),
    "care_warning": (
        "If you take the consent back, the account ends at once and is erased. It cannot be undone.",
        "撤回同意后，账号立即停用并删除，且无法恢复。",
    ),
    "care_withdraw": ("Take back and erase", "撤回同意并删除"),
    "care_withdraw_which": ("Take back and erase: {name}", "撤回同意并删除：{name}"),
}
