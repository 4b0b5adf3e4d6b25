"""What the page says on which e-mails are stopped, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "letters": ("E-mails of this kind", "此类邮件"),
    "letters_why": (
        "You will be told of this in your inbox here, no longer by e-mail. What safety demands still comes by e-mail.",
        "今后此类通知仅在站内显示，不再发送邮件。涉及安全的通知仍会发送邮件。",
    ),
    "letters_stop": ("Send no more of these", "不再发送此类邮件"),
    "letters_done": (
        "No more e-mails of this kind will be sent to you. You can choose otherwise at any time.",
        "不再向您发送此类邮件。您可随时在通知设置中更改。",
    ),
    "letters_unknown": (
        "This link belongs to no letter of ours, or what it told of is kept no longer.",
        "该链接无效，或对应的通知已不再保存。",
    ),
}
