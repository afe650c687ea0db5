"""ISO 4217: the currencies in use, how many decimals each has (List One, 2024), and which one a country pays with (CLDR 47)."""

from types import MappingProxyType

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_TWO = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN
PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG
"""
# The countries of a currency that is not named after its country (its code does not begin with the country's).
_SHARED = """
AUD:AU CC CX HM KI NF NR TV
CHF:CH LI
DKK:DK FO GL
EUR:AD AT AX BE BL CY DE EA EE ES FI FR GF GP GR HR IC IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM TF VA XK YT
GBP:GB GG GS IM JE TA UK
ILS:IL PS
MAD:EH MA
NOK:BV NO SJ
NZD:CK NU NZ PN TK
SHP:AC SH
USD:AS BQ DG EC FM GU IO MH MP PR PW SV TC TL UM US VG VI ZW
XAF:CF CG CM GA GQ TD
XCD:AG AI DM GD KN LC MS VC
XOF:BF BJ CI GW ML NE SN TG
XPF:NC PF WF
"""

MINOR_UNITS = MappingProxyType({
    **dict.fromkeys(_NONE.split(), 0), **dict.fromkeys(_TWO.split(), 2), **dict.fromkeys(_THREE.split(), 3),
})
_LEFT_BEHIND = ("ANG", "UYI", "SVC", "VED", "ZWG")  # a country has another for its prices
OF_COUNTRY = MappingProxyType({
    **{code[:2]: code for code in MINOR_UNITS if code not in _LEFT_BEHIND and code[0] != "X"},
    **{country: line[:3] for line in _SHARED.split("\n") if line for country in line[4:].split()},
})
