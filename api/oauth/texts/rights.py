"""What the pages about one's data say, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "privacy": ("Privacy notice", "隐私政策"),
    "privacy_read": ("What we ask for, and why:", "我们收集的信息及其目的："),
    "privacy_lead": (
        "What Sanshe knows about people, why, for how long, and what you can do about it.",
        "三社处理哪些个人信息、出于何种目的、保存多久，以及您享有的权利。",
    ),
    "privacy_who": (
        "Responsible is whoever runs this service: {processor}.",
        "个人信息处理者为本服务的运营者：{processor}。",
    ),
    "privacy_contact": ("Contact: {contact}.", "联系方式：{contact}。"),
    "privacy_how": (
        (
            "Data comes from you, and from those who act with you here: whoever leads a shift, an organization, "
            "your guardian. It stays in this service's own database, passwords as hashes. Nothing is sold, "
            "nobody is profiled, nothing is decided by a machine alone. Applications see only what you allow "
            "them."
        ),
        (
            "信息来自您本人，以及在平台上与您共同参与的人（班次负责人、社会组织、您的监护人）。信息保存于本服务自"
            "有数据库，密码仅存摘要。我们不出售信息、不作画像、不单凭自动化方式作出决定。应用仅能查看您授权的内容"
            "。"
        ),
    ),
    "why": ("Why", "目的"),
    "until": ("Kept", "保存期限"),
    "after": ("When you are erased", "注销后"),
    "others_see": ("Who sees it", "可见范围"),
    "others_see_how": (
        (
            "Everybody who has signed in sees display names. Those who run a shift that you signed up for see "
            "your legal name and telephone until it is over. Your street office sees signups and hours."
        ),
        (
            "登录用户可见显示名称。您所报名班次的执行人员在班次结束前可见您的法定姓名和手机号。所在街道可见报名和"
            "服务时长。"
        ),
    ),
    "young": ("Young people", "未成年人"),
    "young_how": (
        (
            "Who is under 14 has an account only with a guardian's separate consent (PIPL 31), by a code sent to the "
            "guardian. We ask for the birth date then, and keep the 14th birthday alone. Their name, address, language "
            "and sign-ins run the account and serve nothing else; nobody is registered as a volunteer. The guardian "
            "may take the consent back at any time, and the account is erased at once. From 14 to 17 a guardian "
            "consents to service, until the 18th birthday; when it is taken back, seats in shifts ahead are given up."
        ),
        (
            "不满十四周岁者开立账号须经监护人单独同意（《个人信息保护法》第三十一条），以发给监护人的验证码为凭。此时询问"
            "出生日期，但仅保存其年满十四周岁之日。其姓名、联系方式、语言和登录记录仅用于运行账号，不作他用；不能注册为"
            "志愿者。监护人可随时撤回同意，账号随即删除。十四至十七周岁参加服务须经监护人同意，至年满十八周岁；撤回同意"
            "后，尚未开始的班次名额随即退出。"
        ),
    ),
    "your_rights": ("Your rights", "您的权利"),
    "your_rights_how": (
        (
            "You may know and decide (PIPL 44), have a copy (45), correct (46), be erased (47), have rules "
            "explained (48) and take consents back (15). Most of it you do yourself, at once, on the page below. "
            "For the rest send a request from there, which is answered in time; a refusal gives its reasons, and "
            "you may go to court (50)."
        ),
        (
            "您有权知情和决定（《个人信息保护法》第四十四条）、查阅复制（第四十五条）、更正（第四十六条）、删除（"
            "第四十七条）、要求解释规则（第四十八条），并可撤回同意（第十五条）。多数事项可在下列页面即时自行办理"
            "；其余可由此提出请求，按期答复；拒绝须说明理由，您可依法起诉（第五十条）。"
        ),
    ),
    "data": ("Your data", "个人信息"),
    "data_lead": (
        "What is known about you is yours to see, to correct and to have erased.",
        "您可以查看、更正或删除您的个人信息。",
    ),
    "correct": ("Correct", "更正"),
    "display_name": ("Display name", "显示名称"),
    "display_name_hint": ("The name others see.", "他人看到的名称。"),
    "data_language": ("Language of letters", "来信语言"),
    "save": ("Save", "保存"),
    "legal_hint": (
        "A volunteer's legal name and birth date are corrected by those who run the service, for hours rest on them:",
        "志愿者的法定姓名和出生日期与服务记录相关，由运营者更正：",
    ),
    "copy": ("Take a copy along", "导出副本"),
    "copy_lead": (
        (
            "Everything about you, as JSON and CSV in one ZIP archive, without secrets and without what is "
            "private to others."
        ),
        "关于您的全部信息（JSON 和 CSV，ZIP 压缩包），不含密码等机密和他人隐私。",
    ),
    "copy_do": ("Download", "下载"),
    "erase": ("Close the account and be erased", "注销账号并删除信息"),
    "erase_lead": (
        "Your names, addresses and all that lets you in are destroyed at once. It cannot be undone.",
        "您的姓名、联系方式及登录信息将立即销毁，且无法恢复。",
    ),
    "erase_go": ("Read what happens", "查看说明"),
    "erase_seats": (
        (
            "Seats in shifts ahead go to the next in line; roles and posts end today. In backups you are gone "
            "once these are replaced."
        ),
        "尚未开始的班次名额由候补者递补；角色和职务于今日终止。备份中的信息随备份更替而消失。",
    ),
    "erase_kept": ("What stays, without your name", "不含姓名而保留的内容"),
    "erase_do": ("Erase me", "确认注销"),
    "erase_stay": ("No, I stay", "暂不注销"),
    "erased": ("You are erased", "您已注销"),
    "erased_lead": (
        "Nothing here leads to you any more. Thank you for your time.",
        "此处已无任何信息指向您。感谢您的参与。",
    ),
}
