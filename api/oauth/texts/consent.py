"""What the page of consent says, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "asks": ("{client} asks for access", "{client} 请求您的授权"),
    "as_person": ("You are signed in as {person}.", "您已登录为 {person}。"),
    "it_could": ("If you allow it, this application can:", "如您同意，该应用可以："),
    "returns_to": ("You then return to {place}.", "随后将返回 {place}。"),
    "take_back": ("You can take this back at any time.", "您可以随时撤回授权。"),
    "allow": ("Allow", "同意"),
    "deny": ("Do not allow", "不同意"),
    "not_you": ("Not you?", "不是您？"),
    "other_account": ("Use another account", "使用其他账号"),
}
