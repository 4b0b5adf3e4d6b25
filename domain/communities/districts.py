"""What is the district called that has this code?"""

import re

from stdnum import numdb

from domain.columns import Text
from domain.errors import Invalid

CODE = re.compile(r"[0-9]{6}")


def district_name(code: str) -> Text:
    """The name of a district by its code of GB/T 2260: 110105 is 北京市朝阳区. A code that is none is refused."""
    places = numdb.get("cn/loc").info(code) if CODE.fullmatch(code) else []
    known = {kind: name for _, found in places for kind, name in found.items()}
    if "county" not in known:
        raise Invalid(
            "unknown_district",
            f"{code} is not the code of a district in GB/T 2260, such as 110105 for Chaoyang, Beijing.",
            f"{code}不是GB/T 2260中的区划代码，如北京市朝阳区为110105。",
            path="district",
        )
    # A code that was given anew lists its names with their years: [-1991]东郊区,[1992-]东丽区.
    county = known["county"].rpartition(",")[2].rpartition("]")[2]
    return {"language": "zh-Hans", "text": known["province"] + county}
