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
}
