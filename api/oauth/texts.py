"""What the pages say, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    # every page
    "house": ("Sanshe", "三社"),
    "motto": ("Communities, organizations and social workers, together", "社区 · 社会组织 · 社会工作者"),
    "language": ("Language", "语言"),
    "problems": ("Please check:", "请检查："),
    # signing in
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
    # signing up
    "register": ("Create an account", "注册账号"),
    "name": ("Name", "姓名"),
    "email": ("E-mail", "邮箱"),
    "phone": ("Telephone", "手机号"),
    "one_is_enough": ("One of the two is enough.", "邮箱和手机号填写一项即可。"),
    "password_hint": ("8 characters or more; a sentence is a good password.", "至少 8 个字符，用一句话作密码更安全。"),
    "have_account": ("Have an account?", "已有账号？"),
    # consent
    "asks": ("{client} asks for access", "{client} 请求您的授权"),
    "as_person": ("You are signed in as {person}.", "您已登录为 {person}。"),
    "it_could": ("If you allow it, this application can:", "如您同意，该应用可以："),
    "returns_to": ("You then return to {place}.", "随后将返回 {place}。"),
    "take_back": ("You can take this back at any time.", "您可以随时撤回授权。"),
    "allow": ("Allow", "同意"),
    "deny": ("Do not allow", "不同意"),
    "not_you": ("Not you?", "不是您？"),
    "other_account": ("Use another account", "使用其他账号"),
    # one's account
    "account": ("Your account", "您的账号"),
    "sign_out": ("Sign out", "退出登录"),
    "sign_out_question": ("Do you want to sign out of Sanshe?", "确定要退出三社吗？"),
    "signed_out": ("You are signed out.", "您已退出登录。"),
    "change_password": ("Change password", "修改密码"),
    "current_password": ("Current password", "当前密码"),
    "new_password": ("New password", "新密码"),
    "wrong_password": ("The current password is not right.", "当前密码不正确。"),
    "allowed_applications": ("Applications you allowed", "已授权的应用"),
    "none_allowed": ("You have allowed none.", "尚未授权任何应用。"),
    "withdraw": ("Withdraw", "撤回"),
    # when it cannot go on
    "cannot": ("This cannot go on", "无法继续"),
    "cannot_why": (
        "The application that sent you here asked in a way we cannot answer. Nothing was shared with it.",
        "引导您来到此页的应用发出了无法处理的请求，未向其提供任何信息。",
    ),
    "for_makers": ("For its makers:", "供开发者参考："),
}
