"""What is the district called that has this code?"""

from domain.columns import Text
from domain.errors import Invalid
from domain.places import names


def district_name(code: str) -> Text:
    """The name of a district by its code of GB/T 2260: 110105 is 北京市朝阳区. A code that is none is refused."""
    known = names(code)
    if "county" not in known:
        raise Invalid(
            "unknown_district",
            f"{code} is not the code of a district in GB/T 2260, such as 110105 for Chaoyang, Beijing.",
            f"{code}不是GB/T 2260中的区划代码，如北京市朝阳区为110105。",
            path="district",
        )
    return {"language": "zh-Hans", "text": known["province"] + known["county"]}
