"""Ways to reach a person, taken out of texts before they are kept. Pure.

Mercato follows public working lives; the address at the foot of an article is nobody's news. What stands in a text is
replaced by a mark of the same kind, so that sentences stay sentences.
"""

from __future__ import annotations

import re

MAIL_MARK = "[adresse retirée]"
PHONE_MARK = "[numéro retiré]"

_MAIL = re.compile(
    r"\b[\w.+-]{1,64}\s?(?:@|\[at\]|\(at\)|\[arobase\])\s?(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}\b", re.IGNORECASE
)
_AT = ("@", "[at]", "(at)", "[arobase]")  # one of them is in every address: looking for it costs next to nothing
_GAP = r"[ .\u00a0\u202f-]?"
# Numbers of the countries that the outlets write from. A phone number is told from a sum by its leading 0 or "+": sums
# and dates have neither.
_PHONE = re.compile(
    rf"(?<![\w.,+])(?:"
    rf"0[1-9](?:{_GAP}\d{{2}}){{4}}|"  # France: 01 23 45 67 89
    rf"(?:\+|00)\d{{2,3}}{_GAP}(?:\(0\){_GAP})?\d{{1,3}}(?:{_GAP}\d{{2,4}}){{2,5}}|"  # with the country's code
    rf"(?:\+?1[ .-])?\(?[2-9]\d{{2}}\)?[ .-][2-9]\d{{2}}-\d{{4}}|"  # Canada: 514 555-0199
    rf"0\d{{1,3}}[ /.]\d{{2,3}}(?:[ .]\d{{2}}){{2}}"  # Belgium, Switzerland: 02 123 45 67, 022/123.45.67
    rf")(?![\w]|[.,]\d)"
)
# Seven digits, which every such number has, with no more between two of them than such a number has. Nearly no article
# holds that, and looking for it takes half of what looking for a number takes, at most.
_MAYBE_PHONE = re.compile(r"\d(?:[ .()/\u00a0\u202f-]{0,2}\d){6}")


def without_contacts(text: str) -> str:
    """`text` with a mark in place of every e-mail address and phone number. Idempotent."""
    plain = text.lower()
    if any(sign in plain for sign in _AT):
        text = _MAIL.sub(MAIL_MARK, text)
    return _PHONE.sub(PHONE_MARK, text) if _MAYBE_PHONE.search(text) else text
