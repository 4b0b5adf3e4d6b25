"""What every page says, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "house": ("Sanshe", "三社"),
    "motto": ("Communities, organizations and social workers, together", "社区 · 社会组织 · 社会工作者"),
    "language": ("Language", "语言"),
    "problems": ("Please check:", "请检查："),
    "cannot": ("This cannot go on", "无法继续"),
    "cannot_why": (
        "The application that sent you here asked in a way we cannot answer. Nothing was shared with it.",
        "引导您来到此页的应用发出了无法处理的请求，未向其提供任何信息。",
    ),
    "for_makers": ("For its makers:", "供开发者参考："),
}
