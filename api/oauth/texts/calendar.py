"""What the pages about the calendar link say, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "calendar": ("Your calendar", "日历订阅"),
    "calendar_why": (
        "With a secret link your calendar shows the shifts you signed up for, and what became of them.",
        "通过私密链接，您的日历可显示您报名的班次及其变化。",
    ),
    "calendar_since": ("Your link was made on {when}, Beijing time.", "您的链接创建于 {when}。"),
    "calendar_read": ("It was last read on {when}.", "最近一次读取：{when}。"),
    "calendar_unread": ("No calendar has read it yet.", "尚无日历读取。"),
    "calendar_new": ("Make a link", "创建链接"),
    "calendar_another": ("Make another link", "更换链接"),
    "calendar_another_hint": (
        "The present one ends at once: calendars that use it need the new one.",
        "原链接立即失效，使用它的日历须改用新链接。",
    ),
    "calendar_end": ("End the link", "停用链接"),
    "calendar_secret": (
        "Whoever knows this link sees when and where you serve. It is shown this once. Keep it to yourself.",
        "知道此链接的人可看到您的服务时间和地点。链接仅显示一次，请勿告知他人。",
    ),
    "calendar_how": (
        "In your calendar, subscribe to a calendar by its address and paste the link, or open it here:",
        "在您的日历中选择“订阅日历”或“通过网址添加”，粘贴此链接；或在此直接打开：",
    ),
    "calendar_open": ("Open in my calendar", "在日历中打开"),
    "calendar_kept": ("I have added it", "已添加"),
    "calendar_ends": (
        "A new password ends the link, too.",
        "更改密码后，链接同时失效。",
    ),
}
