"""What the pages about accounts elsewhere say, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "with_portal": ("Sign in with {portal}", "使用{portal}登录"),
    "portals": ("Accounts elsewhere", "外部账号"),
    "portals_what": (
        "You can sign in here with the accounts you linked, and applications of those portals can act for you.",
        "您可使用已关联的账号登录本平台；这些门户的应用可以您的名义访问。",
    ),
    "none_linked": ("You have linked none.", "尚未关联任何外部账号。"),
    "linked_on": ("Linked on {when}.", "关联时间：{when}。"),
    "unlink": ("Unlink", "解除关联"),
    "unlink_from": ("Unlink {portal}", "解除与{portal}的关联"),
    "link_more": ("Link an account", "关联账号"),
    "link_account": ("Link an account", "关联账号"),
    "who_are_you_here": ("Who are you here?", "您在本平台的账号是？"),
    "new_from_portal": (
        "You come from {portal} as {called}. Nobody here is linked to that account yet.",
        "您以“{called}”的身份来自{portal}，该账号尚未关联本平台的账号。",
    ),
    "link_step_sign_in": ("Sign in to your account here, or create one.", "登录您在本平台的账号，或新建账号。"),
    "link_step_allow": ("Say that both are yours.", "确认两个账号都属于您。"),
    "have_account_sign_in": ("Sign in", "登录已有账号"),
    "never_by_address": (
        "Accounts are never linked by an equal name, e-mail or telephone.",
        "本平台不会因姓名、邮箱或手机号相同而自动关联账号。",
    ),
    "link_question": ("Link your account of {portal}?", "是否关联您的{portal}账号？"),
    "account_there": ("Account of {portal}", "{portal}账号"),
    "account_here": ("Account here", "本平台账号"),
    "link_means": (
        "From then on you can sign in here with {portal}, and its applications can act for you within what was agreed.",
        "关联后，您可使用{portal}登录本平台，其应用可在约定范围内以您的名义访问。",
    ),
    "link_only_own": (
        "Is that account not yours? Then do not link it: whoever has it could act as you.",
        "如该账号不属于您，请勿关联：持有者将能以您的身份操作。",
    ),
    "link_it": ("Link", "关联"),
    "link_not": ("Do not link", "不关联"),
    "unlink_later": (
        "You can unlink it at any time, among the accounts elsewhere on the page of your account.",
        "您可随时在账号页的“外部账号”中解除关联。",
    ),
    "portal_unknown": ("Nobody signs in with this portal here.", "本平台不支持使用该门户登录。"),
    "portal_away": (
        "The portal does not answer as it should. Try again later, or sign in with your password.",
        "该门户暂时无法正常应答。请稍后再试，或使用密码登录。",
    ),
    "portal_over": (
        "This took too long, or it was begun in another browser. Please begin again.",
        "操作已超时，或是在其他浏览器中开始的，请重新开始。",
    ),
    "portal_said_no": (
        "The portal did not let you in, or you turned back there.",
        "该门户未允许登录，或您已取消登录。",
    ),
    "portal_unclear": (
        "What came back from the portal does not prove who you are. Please begin again.",
        "该门户返回的信息无法证明您的身份，请重新开始。",
    ),
    "portal_closed": ("The account that is linked here is closed.", "所关联的本平台账号已停用。"),
}
