"""Is this a unified social credit code?"""

import re
from unicodedata import normalize

from stdnum.cn.uscc import calc_check_digit

from domain.errors import Invalid

# GB 32100: who registered it and as what (2), where (6 digits), which body (9), the check digit; without I, O, S, V, Z.
# stdnum's own check refuses the letters that newer registration authorities begin with, so only its digit is used.
CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


def unified_code(typed: str) -> str:
    """The code as it is printed: 18 capital letters and digits, the last of which proves the others."""
    code = re.sub(r"[\s-]", "", normalize("NFKC", typed)).upper()
    if not CODE.fullmatch(code):
        raise Invalid(
            "wrong_code",
            "A unified social credit code has 18 digits and letters.",
            "统一社会信用代码应为18位数字和字母。",
            path="unifiedCode",
        )
    if calc_check_digit(code) != code[-1]:
        raise Invalid(
            "wrong_check_digit",
            "The last character of this unified social credit code does not fit the others: a slip of the pen?",
            "统一社会信用代码校验位不符，请检查是否有误。",
            path="unifiedCode",
        )
    return code
