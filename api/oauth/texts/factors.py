"""What the pages say about what somebody shows besides a password, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    # signing in
    "second_step": ("One more step", "还差一步"),
    "second_step_why": (
        "Your account asks for more than its password.",
        "您的账号除密码外还须进一步验证。",
    ),
    "second_code": ("Code", "动态验证码"),
    "second_code_hint": (
        "Six digits from your app, or one of your recovery codes",
        "验证器应用中的六位数字，或您的一个恢复码",
    ),
    "wrong_second_code": (
        "This code is not right, or was used already. Wait for the next one in your app.",
        "验证码不正确或已使用，请等待应用中的下一个验证码。",
    ),
    "code_too_often": (
        "Too many codes were tried. Wait a little, or use a recovery code or a passkey.",
        "验证码尝试次数过多。请稍候，或使用恢复码或通行密钥。",
    ),
    "another_account": ("Sign in to another account", "登录其他账号"),
    "with_passkey": ("Sign in with a passkey", "使用通行密钥登录"),
    "no_passkey_came": (
        "No passkey was given. Try again, or sign in otherwise.",
        "未收到通行密钥。请重试，或使用其他方式登录。",
    ),
    "wrong_passkey": (
        "This passkey is not known here, or took too long. Try again, or use your password.",
        "无法识别该通行密钥或操作超时。请重试，或使用密码。",
    ),
    # one's account
    "factors": ("Two-step sign-in and passkeys", "两步验证与通行密钥"),
    "factors_why": (
        "A password can be seen or guessed. These keep your account even then.",
        "密码可能泄露或被猜中，以下方式可在此时仍保护您的账号。",
    ),
    "totp": ("Codes of an app", "动态验证码"),
    "totp_why": (
        "An app on your telephone shows a new code every half minute, which is asked for besides your password.",
        "手机上的验证器应用每半分钟显示一个新的验证码，登录时除密码外还须输入。",
    ),
    "totp_since": ("Asked for since {since}.", "自 {since} 起启用。"),
    "codes_left": ("Recovery codes left: {left}.", "剩余恢复码：{left} 个。"),
    "begin_totp": ("Set up codes of an app", "设置动态验证码"),
    "disable_totp": ("Ask for no more codes", "停用动态验证码"),
    "renew_codes": ("Make new recovery codes", "生成新的恢复码"),
    "scan": (
        "Scan this picture with your app for codes, such as FreeOTP, Google or Microsoft Authenticator.",
        "请用验证器应用（如 FreeOTP、Google 或 Microsoft Authenticator）扫描此图。",
    ),
    "qr": ("QR code with the secret for your app", "含密钥的二维码"),
    "open_app": ("Open the app on this device", "在本机打开应用"),
    "or_type": ("Or type this secret into it:", "或在应用中手动输入此密钥："),
    "first_code": ("Code that the app shows", "应用显示的验证码"),
    "first_code_hint": ("Six digits; nothing changes before they are right.", "六位数字；验证通过前不会有任何更改。"),
    "enable_totp": ("Ask for codes from now on", "启用动态验证码"),
    "wrong_first_code": (
        "This is not the code of this secret. Is the clock of your telephone right?",
        "验证码与此密钥不符。请检查手机时间是否准确。",
    ),
    "cancel": ("Cancel", "取消"),
    "recovery_codes": ("Your recovery codes", "您的恢复码"),
    "recovery_codes_why": (
        "Each opens your account once, besides your password, when you do not have your app.",
        "当您无法使用验证器应用时，每个恢复码可配合密码登录一次。",
    ),
    "shown_once": (
        "They are shown only now. Print them, or keep them with your passwords.",
        "恢复码仅在此显示一次。请打印，或与密码一同妥善保存。",
    ),
    "kept_them": ("I kept them", "我已保存"),
    "passkeys": ("Passkeys", "通行密钥"),
    "passkeys_why": (
        "With a passkey you sign in by your fingerprint, face or PIN, without a password.",
        "使用通行密钥，凭指纹、面容或 PIN 即可登录，无需密码。",
    ),
    "added": ("Added on {when}.", "添加时间：{when}。"),
    "never_used": ("Never used.", "尚未使用。"),
    "remove": ("Remove", "移除"),
    "remove_named": ("Remove {name}", "移除 {name}"),
    "passkey_name": ("Name of the passkey", "通行密钥名称"),
    "passkey_name_hint": ("Such as: my telephone", "例如：我的手机"),
    "add_passkey": ("Add a passkey", "添加通行密钥"),
    "no_passkey_made": ("No passkey was made. Try again.", "未创建通行密钥，请重试。"),
    "passkeys_need_script": (
        "To add one you need a browser that knows passkeys and runs JavaScript.",
        "添加通行密钥需要支持通行密钥并启用 JavaScript 的浏览器。",
    ),
    "passkeys_need_name": (
        "Passkeys need a host name; this service is reached by an address in numbers.",
        "通行密钥需要域名，本服务当前以 IP 地址访问，无法使用。",
    ),
}
