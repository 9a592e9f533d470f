"""The currencies of the French-speaking press and of the countries that it writes about, by word, sign and code. Pure.

Several countries call their money alike: « dollars », « francs », « couronnes », « dirhams ». The adjective decides
(« dollars canadiens »), else the places of which the article speaks, else the country that the word mostly means.
Codes are those of ISO 4217.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class _Money:
    """What a word for money can mean."""

    words: str  # a pattern
    code: str
    kin: Mapping[str, str] = field(default_factory=dict)  # what stands behind the word → another currency
    homes: frozenset[str] = frozenset()  # currencies that the places of the article may decide for


_DOLLARS = {
    r"canadiens?|du canada|canad\b": "CAD", r"australiens?": "AUD", r"singapouriens?|de singapour": "SGD",
    r"hong ?kongais|de hong ?kong": "HKD", r"taiwanais|de taiwan": "TWD", r"neo-zelandais": "NZD",
    r"namibiens?": "NAD", r"jama[iq]+u?ains?": "JMD", r"americains?|us\b|etats-uniens|des etats-unis": "USD",
}  # fmt: skip
_MONEY = (
    _Money(r"euros?|€|eur", "EUR"),
    _Money(r"us ?\$|\$ ?us|usd", "USD"),
    _Money(r"\$ ?can?|c\$|cad", "CAD"),
    _Money(r"\$ ?au|a\$|aud", "AUD"),
    _Money(r"s\$|sgd", "SGD"),
    _Money(r"hk\$|hkd", "HKD"),
    _Money(r"dollars?", "USD", _DOLLARS),
    _Money(r"\$", "USD", _DOLLARS, frozenset({"CAD"})),  # behind its number, it is how Québec writes its own
    _Money(r"(?:francs? |f ?)?c\.?f\.?a\b\.?|xof", "XOF", homes=frozenset({"XAF"})),
    _Money(r"xaf", "XAF"),
    _Money(r"chf|sfr|frs?\b\.?", "CHF"),
    _Money(r"francs?(?: pacifiques?| cfp)|f ?cfp|xpf", "XPF"),
    _Money(
        r"francs?|f(?= |$)",
        "CHF",
        {r"congolais": "CDF", r"guineens?": "GNF", r"rwandais": "RWF", r"burundais": "BIF", r"comoriens?": "KMF",
         r"djiboutiens?": "DJF", r"belges?": "BEF", r"luxembourgeois": "LUF", r"suisses?": "CHF",
         r"francais": "FRF"},
        frozenset({"XOF", "XAF"}),
    ),
    _Money(
        r"livres?|£|gbp",
        "GBP",
        {r"sterling": "GBP", r"egyptiennes?": "EGP", r"libanaises?": "LBP", r"turques?": "TRY",
         r"syriennes?": "SYP", r"soudanaises?": "SDG"},
        frozenset({"EGP", "LBP", "TRY"}),
    ),
    _Money(
        r"couronnes?",
        "SEK",
        {r"norvegiennes?": "NOK", r"danoises?": "DKK", r"suedoises?": "SEK", r"islandaises?": "ISK",
         r"tcheques?": "CZK", r"estoniennes?": "EEK"},
        frozenset({"NOK", "DKK", "ISK", "CZK"}),
    ),
    _Money(r"nok", "NOK"), _Money(r"dkk", "DKK"), _Money(r"sek", "SEK"), _Money(r"isk", "ISK"), _Money(r"czk", "CZK"),
    _Money(
        r"dirhams?",
        "MAD",
        {r"marocains?": "MAD", r"emiratis?|emiriens?|des emirats|de dubai": "AED"},
        frozenset({"AED"}),
    ),
    _Money(r"mad", "MAD"), _Money(r"aed", "AED"),
    _Money(
        r"dinars?",
        "TND",
        {r"tunisiens?": "TND", r"algeriens?": "DZD", r"jordaniens?": "JOD", r"koweitiens?": "KWD",
         r"libyens?": "LYD", r"irakiens?": "IQD", r"bahreinis?": "BHD", r"serbes?": "RSD"},
        frozenset({"DZD", "JOD", "KWD", "LYD", "IQD", "RSD"}),
    ),
    _Money(
        r"shillings?",
        "KES",
        {r"kenyans?": "KES", r"ougandais": "UGX", r"tanzaniens?": "TZS", r"somaliens?": "SOS"},
        frozenset({"UGX", "TZS"}),
    ),
    _Money(
        r"roupies?",
        "INR",
        {r"indiennes?": "INR", r"pakistanaises?": "PKR", r"mauriciennes?": "MUR", r"sri-lankaises?": "LKR",
         r"nepalaises?": "NPR", r"seychelloises?": "SCR", r"indonesiennes?": "IDR"},
        frozenset({"PKR", "MUR", "LKR", "IDR"}),
    ),
    _Money(
        r"pesos?",
        "MXN",
        {r"mexicains?": "MXN", r"argentins?": "ARS", r"chiliens?": "CLP", r"colombiens?": "COP",
         r"philippins?": "PHP", r"uruguayens?": "UYU"},
        frozenset({"ARS", "CLP", "COP", "PHP"}),
    ),
    _Money(r"ri[yj]?als?|riyals?", "SAR", {r"qataris?|qatariens?": "QAR", r"omanais": "OMR", r"iraniens?": "IRR"},
           frozenset({"QAR", "OMR"})),
    _Money(r"yens?|¥|jpy", "JPY"), _Money(r"yuans?|renminbis?|rmb|cny", "CNY"), _Money(r"wons?|krw", "KRW"),
    _Money(r"roubles?|rub", "RUB"), _Money(r"hryvnias?", "UAH"), _Money(r"zlotys?|pln", "PLN"),
    _Money(r"forints?", "HUF"), _Money(r"lei\b|leus?", "RON"), _Money(r"levs?\b|leva", "BGN"),
    _Money(r"shekels?|sicles?", "ILS"), _Money(r"bahts?", "THB"), _Money(r"dongs?", "VND"),
    _Money(r"ringgits?", "MYR"), _Money(r"takas?", "BDT"), _Money(r"reais|reals?", "BRL"), _Money(r"sols\b", "PEN"),
    _Money(r"nairas?", "NGN"), _Money(r"cedis?", "GHS"), _Money(r"rands?|zar", "ZAR"), _Money(r"birrs?", "ETB"),
    _Money(r"ariarys?", "MGA"), _Money(r"ouguiyas?", "MRU"), _Money(r"kwanzas?", "AOA"), _Money(r"pulas?", "BWP"),
    _Money(r"meticals?|meticais", "MZN"), _Money(r"kwachas?", "ZMW"), _Money(r"gourdes?", "HTG"),
    _Money(r"tenges?", "KZT"), _Money(r"laris?\b", "GEL"),
)  # fmt: skip
_HOMES = {
    "CAD": r"canad|quebec|quebecois|montreal|toronto|ottawa|vancouver|ontari|sherbrooke|gatineau|laval\b"
    r"|trois-rivieres",
    "USD": r"americain|etats-uni|new[ -]york|san francisco|californi|silicon valley|seattle|wall street|boston|texas"
    r"|washington|nasdaq|palo alto|mountain view|cupertino|redmond|menlo park",
    "XAF": r"cameroun|douala|yaound|gabon|libreville|tchad|n'djamena|brazzaville|centrafri|bangui|guinee equatoriale",
    "XOF": r"senegal|dakar|ivoir|abidjan|mali\b|bamako|burkina|ouagadougou|togo|lome\b|benin|cotonou|niger\b|niamey",
    "CHF": r"suisse|helvet|geneve|genevois|zurich|lausann|bale\b|balois|berne|bernois|romand|vaud|zoug|neuchatel"
    r"|fribourg|valais|lugano",
    "EGP": r"egypt|caire\b|alexandrie", "LBP": r"liban|beyrouth", "TRY": r"turqu|turc|istanbul|ankara",
    "GBP": r"britanni|londres|londonien|royaume-uni|anglais|cambridge|ecoss|edimbourg|manchester",
    "NOK": r"norveg|oslo\b|bergen\b|trondheim", "DKK": r"dan(?:ois|emark)|copenhague",
    "ISK": r"island|reykjavi", "CZK": r"tchequ|prague|brno", "SEK": r"sued|stockholm|goteborg|malmo\b",
    "AED": r"emirat|dubai|abou d[h]?abi|abu dhabi", "MAD": r"maroc|casablanca|rabat\b|tanger|marrakech",
    "DZD": r"alger", "JOD": r"jordan|amman\b", "KWD": r"koweit", "LYD": r"liby|tripoli\b", "IQD": r"irak|bagdad",
    "RSD": r"serb|belgrade", "TND": r"tunis|sfax|sousse", "UGX": r"ougand|kampala", "TZS": r"tanzan|dar es salaam",
    "KES": r"keny|nairobi|mombasa", "PKR": r"pakistan|karachi|lahore", "MUR": r"mauric|port-louis|ebene\b",
    "LKR": r"sri[ -]lank|colombo\b", "IDR": r"indones|jakarta", "INR": r"inde\b|indien|bangalore|mumbai|delhi|bombay",
    "ARS": r"argentin|buenos aires", "CLP": r"chili|santiago", "COP": r"colomb|bogota|medellin",
    "PHP": r"philippin|manille", "MXN": r"mexi", "QAR": r"qatar|doha\b", "OMR": r"oman\b|mascate",
    "SAR": r"saoud|riyad|arabie",
}  # fmt: skip
"""Places and peoples, by the beginning of the folded word, that tell where money of a name is at home."""


_WORDS = "|".join(rf"(?P<m{index}>{money.words})" for index, money in enumerate(_MONEY))
BEHIND = re.compile(rf"\s*(?:de\s+|d')?(?:{_WORDS})(?![a-z])")
"""Money behind its number: « [2 millions] de dollars »."""
BEFORE = re.compile(rf"(?:{'|'.join(money.words for money in _MONEY[:6])}|\$|€|£|¥|chf|gbp)\s?$")
"""Money before its number: « CHF [200'000] », « $ [5 millions] »."""
_KIN = [[(re.compile(rf"\s+(?:{words})(?![a-z])"), code) for words, code in money.kin.items()] for money in _MONEY]
_PLACES = {code: re.compile(rf"(?<!\w)(?:{places})") for code, places in _HOMES.items()}
CHEAP = frozenset({"KRW", "UGX", "TZS", "KES", "VND", "IDR", "XOF", "XAF", "GNF", "CDF", "NGN", "JPY", "INR", "IRR"})
"""Currencies of which a unit is worth about a hundredth of a euro, or less: pay in them has more digits."""


@dataclass(frozen=True, slots=True)
class Currency:
    """The currency of a number, and where its words end in the text."""

    code: str
    end: int


def behind(folded: str, place: int, around: str) -> Currency | None:
    """The currency that stands behind a number ending at `place`; `around` is the folded article, for its places."""
    found = BEHIND.match(folded, place)
    return _meant(found, folded, around) if found else None


def before(folded: str, place: int, around: str) -> str | None:
    """The code of the currency that stands right before a number beginning at `place`, None for none."""
    head = folded[max(0, place - 5) : place]
    sign = BEFORE.search(head)
    if not sign or (sign.start() and head[sign.start() - 1].isalnum()):
        return None
    found = BEHIND.match(sign[0])
    return _meant(found, sign[0], around).code if found else None


def _meant(found: re.Match[str], folded: str, around: str) -> Currency:
    index = int((found.lastgroup or "m0")[1:])
    for pattern, code in _KIN[index]:
        adjective = pattern.match(folded, found.end())
        if adjective:
            return Currency(code, adjective.end())
    return Currency(_at_home(index, around) if _MONEY[index].homes else _MONEY[index].code, found.end())


@lru_cache(maxsize=64)
def _at_home(index: int, around: str) -> str:
    """The currency of the country that the article speaks of most, of those that call their money so."""
    money = _MONEY[index]
    counts = {code: len(_PLACES[code].findall(around)) for code in sorted(money.homes)}
    best = max(counts, key=lambda code: counts[code])
    usual = _PLACES[money.code].findall(around) if money.code in _PLACES else ()
    return best if counts[best] > len(usual) else money.code
