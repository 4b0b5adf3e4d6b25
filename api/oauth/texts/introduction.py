"""What the page says on which people show who they are, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "introduction": ("Show who you are", "出示我的代码"),
    "introduction_why": (
        "Whoever gives you a role asks for this code, and needs neither your e-mail nor your telephone.",
        "单位或组织授予您角色时会询问此代码，无需您的邮箱或手机号。",
    ),
    "introduction_lasts": (
        "Good for fifteen minutes. It tells your display name, no more.",
        "十五分钟内有效，仅显示您的公开姓名。",
    ),
    "show_code": ("Show a code", "显示代码"),
    "another_code": ("Show another code", "换一个代码"),
}
