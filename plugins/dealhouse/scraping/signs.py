"""How currencies are written besides their ISO codes: "€", "zł", "Rs.", "US$", "د.إ", "12,50 $ CA".

A sign of one currency names it. A sign of several ("$", "kr", "Rs") names the one among them that is expected, or the one of the
shop's country or language; without either it names none. Final points ("Rs.", "kr.") and letter marks are taken off before.
"""

from types import MappingProxyType

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.habits import Habit

_SURE = """
EUR € Euro euro euros Euros EURO евро ευρώ
GBP £ ￡ GB£
USD US$ U$S $US $USD USD$ U.S US-$
AUD A$ AU$ AUD$ $AU $AUD
CAD C$ CA$ CAD$ $CA $CAD Can$ CDN$ CDN Cdn$
NZD NZ$ NZD$ $NZ $NZD
SGD S$ SG$ SGD$ $SGD
HKD HK$ HKD$ $HKD
TWD NT$ TW$ 新台幣 新臺幣
MXN MX$ Mex$ MXN$ $MXN $MX
ARS AR$ ARS$ $AR $ARS
CLP CL$ CLP$ $CLP
COP CO$ COL$ COP$ $COP
UYU $U UYU$ UY$
DOP RD$
TTD TT$
JMD J$
BBD Bds$ BB$
BZD BZ$
BND BN$ B$
XCD EC$
FJD FJ$
NAD N$
LRD LD L$
GYD G$ GY$
TOP T$
WST WS$
SBD SI$
CVE CV$
BMD BD$
KYD CI$
BSD BS$
SRD Sr$
MOP MOP$
BOB $b Bs
CUP CUC$
BRL R$ Reais reais
NIO NIO$
JPY 円 JP¥ ￥JPY 엔
CNY CN¥ RMB 圆 人民币 yuan
KRW ₩ ￦ 원
INR ₹ रु र ரூ ૱
BDT ৳ Tk টাকা
LKR රු
NPR नेरू
PLN zł Zł ZŁ zl
CZK Kč kč KČ Kc
HUF Ft ft
RON lei Lei LEI leu
BGN лв лева Lv lv
RUB ₽ руб Руб РУБ рублей рубля рубль р Р Rbl
UAH ₴ грн Грн ГРН гривень
KZT ₸ тг тңг тенге
AZN ₼ ман man
GEL ₾ lari ლ
AMD ֏ դր
UZS so'm so‘m soʻm сўм сум
MKD ден
RSD дин Дин Dinara динар din
BAM KM км
ALL Lek lekë
TRY ₺ TL Tl tl
ILS ₪ ש״ח ש"ח NIS
THB ฿ บาท
VND ₫ đ Đ VNĐ vnđ VNđ
IDR Rp rp
MYR RM
PHP ₱ Php
KHR ៛
LAK ₭
MMK Ks
MNT ₮
CHF Fr SFr sFr Sfr Franken
ZAR R
NGN ₦
GHS GH₵ GH¢ ₵
KES KSh KShs Ksh ksh Kshs
TZS TSh
UGX USh
AOA Kz kwz
MZN MT MTn
MGA Ar
RWF FRw RF R₣
MRU UM
ERN Nfk
BTN Nu
PYG ₲ Gs
CRC ₡
PEN S/ S'
PAB B/
GTQ Q
AFN ؋
IRR ریال
SAR ر.س SR ⃁
QAR ر.ق QR
AED د.إ
MAD د.م
KWD د.ك KD K.D
BHD د.ب BD
OMR ر.ع R.O
TND د.ت DT
DZD د.ج دج DA
LYD د.ل
IQD د.ع ID
JOD د.ا د.أ JD
LBP ل.ل L.L LB£ L£
SYP ل.س SY£ S£
EGP ج.م E£ LE L.E EGP£
SDG ج.س
YER ر.ي
TJS ЅM SM сомонӣ
VUV VT Vt
MVR ރ
"""
_WITH_SPACES = {
    "US $": "USD", "CA $": "CAD", "AU $": "AUD", "NZ $": "NZD", "HK $": "HKD", "U.S. $": "USD", "$ US": "USD", "$ CA": "CAD",
    "$ AU": "AUD", "$ NZ": "NZD", "$ MX": "MXN", "$ CAN": "CAD", "دينار كويتي": "KWD",
}
_DOLLARS = """
USD AUD CAD NZD SGD HKD MXN CLP COP ARS TWD UYU DOP JMD TTD BBD BSD BZD BMD BND FJD GYD KYD LRD NAD SBD SRD XCD CVE CUP BRL MOP
TOP WST NIO
"""
_SMALL = """
eur usd gbp chf sek nok dkk pln czk huf ron rub uah inr jpy cny aud cad nzd zar brl mxn aed sar egp kwd qar omr bhd thb sgd hkd
krw idr vnd twd ils myr clp ars bgn rsd kzt pkr bdt lkr ngn kes
"""
_SHARED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("$", "＄", "﹩"), tuple(_DOLLARS.split())),
    **dict.fromkeys(("¥", "￥"), ("JPY", "CNY")),
    **dict.fromkeys(("元", "圓"), ("CNY", "TWD", "HKD", "MOP")),
    **dict.fromkeys(("kr", "Kr", "KR", "kroner", "kronor"), ("SEK", "NOK", "DKK", "ISK")),
    **dict.fromkeys(("Rs", "RS", "rs", "₨", "Re"), ("INR", "PKR", "LKR", "NPR", "MUR", "SCR")),
    **dict.fromkeys(("रू",), ("INR", "NPR")),
    **dict.fromkeys(("Br", "ብር"), ("ETB", "BYN")),
    **dict.fromkeys(("FCFA", "CFA", "F CFA"), ("XOF", "XAF")),
    **dict.fromkeys(("﷼", "ريال"), ("SAR", "QAR", "OMR", "YER", "IRR")),
    **dict.fromkeys(("درهم", "Dh", "DH", "Dhs", "DHS", "dh", "dhs"), ("AED", "MAD")),
    **dict.fromkeys(("دينار",), ("KWD", "BHD", "JOD", "IQD", "TND", "DZD", "LYD")),
    **dict.fromkeys(("جنيه",), ("EGP", "SDG")),
    **dict.fromkeys(("ƒ",), ("AWG",)),
    **dict.fromkeys(("сом", "som"), ("KGS", "UZS")),
    **dict.fromkeys(("C$",), ("CAD", "NIO")), **dict.fromkeys(("Z$",), ("ZWG",)),
    **dict.fromkeys(("D",), ("GMD",)), **dict.fromkeys(("E",), ("SZL",)), **dict.fromkeys(("L",), ("HNL", "LSL", "MDL")),
    **dict.fromkeys(("K",), ("ZMW", "PGK", "MMK")), **dict.fromkeys(("P",), ("BWP", "PHP")), **dict.fromkeys(("G",), ("HTG",)),
    **dict.fromkeys(("francs", "F"), ("CHF", "XOF", "XAF", "XPF")),
}
# Signs of one currency nearly everywhere; another one only where that one is expected.
_USUAL: dict[str, tuple[str, ...]] = {
    "£": ("GBP", "EGP", "LBP", "SYP", "SDG", "SSP", "GIP", "FKP", "SHP"), "р": ("RUB", "BYN"), "руб": ("RUB", "BYN"),
    "lei": ("RON", "MDL"), "Lei": ("RON", "MDL"), "LEI": ("RON", "MDL"), "C$": ("CAD", "NIO"), "R$": ("BRL",),
    "Bs": ("BOB", "VES"), "ریال": ("IRR",), "₩": ("KRW", "KPW"), "R": ("ZAR", "NAD", "LSL", "SZL"), "KM": ("BAM",),
}
SURE = MappingProxyType(
    {sign: line.split()[0] for line in _SURE.split("\n") if line.strip() for sign in line.split()[1:]} | _WITH_SPACES
)
SHARED = MappingProxyType({**_SHARED, **_USUAL})
# Codes that shops also write in small letters; `all`, `try`, `top`, `cup` and the like are words.
SMALL = frozenset(_SMALL.split())
KNOWN = frozenset((*SURE, *SHARED, *MINOR_UNITS, *SMALL, *(code.title() for code in SMALL)))
HEADS = {sign[0]: tuple(sorted({len(one) for one in KNOWN if one[0] == sign[0]}, reverse=True)) for sign in KNOWN}
TAILS = {sign[-1]: tuple(sorted({len(one) for one in KNOWN if one[-1] == sign[-1]}, reverse=True)) for sign in KNOWN}


def meant(sign: str, expected: str | None, habit: Habit) -> str | None:
    """The currency that a sign or code stands for; `expected` and the locale's own decide between several."""
    if len(sign) == 3 and sign.isalpha() and sign.isascii():
        code = sign.upper()
        if code in MINOR_UNITS and (sign == code or sign.lower() in SMALL or code == expected):
            return code
    shared = SHARED.get(sign)
    if shared is None:
        return SURE.get(sign)
    for candidate in (expected, habit.currency):
        if candidate in shared:
            return candidate
    return SURE.get(sign)
