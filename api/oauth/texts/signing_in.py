"""What the pages of signing in and out say, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "sign_in": ("Sign in", "登录"),
    "to_go_on": ("to go on to {client}", "以继续使用 {client}"),
    "identifier": ("E-mail or telephone", "邮箱或手机号"),
    "password": ("Password", "密码"),
    "no_account": ("No account yet?", "还没有账号？"),
    "wrong_sign_in": (
        "E-mail, telephone or password is not right. Check both and try again.",
        "邮箱、手机号或密码不正确，请检查后重试。",
    ),
    "too_often": ("Too many tries. Wait a little, then try again.", "尝试次数过多，请稍候再试。"),
    "stale": ("This page was open too long. Please send it again.", "页面已过期，请重新提交。"),
}
