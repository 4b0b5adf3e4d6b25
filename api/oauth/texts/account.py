"""What the pages of one's account say, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
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
    "withdraw_from": ("Withdraw from {client}", "撤回对 {client} 的授权"),
    "allowed_on": ("Allowed on {when}.", "授权时间：{when}。"),
    "last_used": ("Last used on {when}.", "最近使用：{when}。"),
    "change_password_why": (
        "All other devices and all applications are signed out by it, and the link of your calendar ends.",
        "修改后，其他设备和所有应用都将退出登录，日历链接同时失效。",
    ),
}
