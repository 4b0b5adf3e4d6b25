"""Is this the number of an identity document of that type, and of a person born on that day?"""

import re
from datetime import date
from unicodedata import normalize

from stdnum.cn.ric import calc_check_digit

from domain.errors import Invalid
from domain.volunteers.models import DocumentType

EIGHTEEN = r"\d{6}(?P<born>\d{8})\d{3}[\dX]"
# GB 11643: where it was first given (6 digits), the birth date (8), an order number (3), the check digit. stdnum's own
# check refuses places that it does not know, so only its digit is used. Cards of residents from Hong Kong, Macao and
# Taiwan begin with 81, 82 and 83; cards of permanent residents with 9, before 2023 they had three letters, 12 digits.
FORMS = {
    DocumentType.RESIDENT_CARD: re.compile(rf"(?=[1-7]){EIGHTEEN}"),
    DocumentType.RESIDENCE_PERMIT: re.compile(rf"(?=8[123]){EIGHTEEN}"),
    DocumentType.PERMANENT_RESIDENCE: re.compile(rf"(?=9){EIGHTEEN}|[A-Z]{{3}}\d{{12}}"),
    DocumentType.TRAVEL_PERMIT: re.compile(r"[HM]\d{8}(\d\d)?|\d{8}"),
    DocumentType.PASSPORT: re.compile(r"[A-Z0-9]{5,9}"),
}


def compact(typed: str) -> str:
    """The number without blanks and dashes, in capitals; not looked at further."""
    return re.sub(r"[\s-]", "", normalize("NFKC", typed)).upper()


def document_number(document_type: DocumentType, typed: str, born: date) -> str:
    """The number as it is printed, found right as far as it shows by itself."""
    number = compact(typed)
    form = FORMS[document_type].fullmatch(number) if number.isascii() else None
    long = len(number) == 18
    if form is None or (long and number[-1] != calc_check_digit(number)):
        raise Invalid(
            "wrong_identity_number",
            "This is no number of such a document: is there a slip of the pen?",
            "证件号码与证件类型不符，请检查是否有误。",
            path="documentNumber",
        )
    if long and form["born"] != f"{born:%Y%m%d}":
        raise Invalid(
            "identity_birth_date",
            "The birth date in this number is not the volunteer's.",
            "证件号码中的出生日期与志愿者登记的不一致。",
            path="documentNumber",
            remedy=(
                "If the registered birth date is wrong, ask for its correction.",
                "如登记的出生日期有误，请提出更正请求。",
            ),
        )
    return number
