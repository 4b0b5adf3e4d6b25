"""What the page of signing up says, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "register": ("Create an account", "注册账号"),
    "name": ("Name", "姓名"),
    "email": ("E-mail", "邮箱"),
    "phone": ("Telephone", "手机号"),
    "password_hint": ("8 characters or more; a sentence is a good one.", "至少 8 个字符，用一句话作密码更安全。"),
    "have_account": ("Have an account?", "已有账号？"),
}
