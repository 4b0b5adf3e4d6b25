"""What the pages about a waiting device say, in English and Chinese."""

TEXTS: dict[str, tuple[str, str]] = {
    "connect_device": ("Connect a device", "连接设备"),
    "read_the_code": (
        "Type the code that the device in front of you shows, a kiosk for checking in for example.",
        "请输入您面前的设备（如签到机）上显示的代码。",
    ),
    "user_code": ("Code", "代码"),
    "code_hint": ("Eight letters, such as BCDF-GHJK", "八个字母，形如 BCDF-GHJK"),
    "go_on": ("Continue", "继续"),
    "code_of_others": (
        "Did somebody send or tell you this code? Then stop: they want to act in your name.",
        "如果代码是别人发给您或告诉您的，请勿继续：对方可能想冒用您的名义。",
    ),
    "no_such_code": (
        "No device is waiting with this code. Compare the letters; a code is good for ten minutes.",
        "没有设备在等待此代码。请核对字母；代码十分钟内有效。",
    ),
    "device_asks": ("{client} asks for access on a device", "{client} 请求在设备上获得您的授权"),
    "same_code": ("The device in front of you must show this code:", "您面前的设备上必须显示此代码："),
    "asked_when": ("It asked at {time}, Beijing time.", "请求时间：北京时间 {time}。"),
    "asked_here": ("It is in your own network ({address}).", "设备与您在同一网络（{address}）。"),
    "asked_elsewhere": (
        "It is in another network ({address}) than you ({own}).",
        "设备所在网络（{address}）与您的（{own}）不同。",
    ),
    "it_could_on_device": ("If you allow it, whoever uses that device can:", "如您同意，使用该设备的人可以："),
    "device_allowed": ("The device is connected", "设备已连接"),
    "device_goes_on": (
        "It goes on by itself within seconds. You can close this page.",
        "设备将在几秒内自动继续，您可以关闭此页。",
    ),
    "device_denied": ("The device was refused", "已拒绝该设备"),
    "device_gets_nothing": ("It gets nothing. You can close this page.", "设备未获得任何授权，您可以关闭此页。"),
}
