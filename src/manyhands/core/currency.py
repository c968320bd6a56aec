"""Currencies: how many digits of each are its minor unit, and amounts as people write and read them.

Source: ISO 4217, List One (current funds), as published on 2026-01-01 by its maintenance agency, SIX; the codes that
were withdrawn since 2020 are kept, since a production may have booked them.  Codes without a minor unit at all (gold,
bond units, test codes, special drawing rights) are no money that a person is paid in, and are refused.
"""

from __future__ import annotations

import re

from manyhands.core.errors import InputError

_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG "
    "ANG BGN CUC HRK SLL ZWL",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
MINOR_DIGITS = {code: digits for digits, codes in _CODES.items() for code in codes.split()}
"""By ISO 4217 code: how many decimal digits the minor unit has."""

MOST_MINOR = 10**15
"""No single amount is larger, in minor units: ten million million of most currencies is a slip of the hand."""

_AMOUNT = re.compile(r"(-?)([0-9]{1,16}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,5})(?:\.([0-9]{1,4}))?", re.ASCII)


def minor_digits(currency: str) -> int:
    """How many digits follow the point in amounts of a currency.  Raises: InputError if it is none that can be paid."""
    if currency not in MINOR_DIGITS:
        raise InputError(
            f"currency: {currency} is none that anybody is paid in.", "Give a code of ISO 4217: EUR, USD, JPY, KWD."
        )
    return MINOR_DIGITS[currency]


def minor_of(amount: str, currency: str) -> int:
    """An amount as a person writes it, ``2``, ``-2.50`` or ``1,234.50``, in whole minor units.

    A comma may part thousands, and only where every digit of the minor unit is written: 1,234 alone is two numbers,
    by who reads it.
    Raises: InputError if it is no number, finer than the currency, or larger than :data:`MOST_MINOR`.
    """
    digits = minor_digits(currency)
    found = _AMOUNT.fullmatch(amount.strip())
    part = found[3] or "" if found else ""
    if found is None or len(part) > digits or ("," in found[2] and len(part) < digits):
        example, grouped = (f"{whole}.{'5'.ljust(digits, '0')}" if digits else whole for whole in ("2", "1,234"))
        plain = example if digits else "250"
        raise InputError(f"amount: {amount} is no amount of {currency}.", f"Write 2, or {plain}, or {grouped}.")
    minor = int(found[2].replace(",", "") + part.ljust(digits, "0"))
    return check_amount(-minor if found[1] else minor)


def check_amount(minor: int) -> int:
    """The same amount.  Raises: InputError if it is larger than anybody books at once."""
    if abs(minor) > MOST_MINOR:
        raise InputError(
            f"amount: {minor} minor units are too much for one entry; at most {MOST_MINOR}.", "Look for a slip in it."
        )
    return minor


def decimal(minor: int, currency: str) -> str:
    """An amount with the currency's own number of digits: ``-0.50``, ``1.234``, ``7``."""
    digits = minor_digits(currency)
    whole, part = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}" + (f".{part:0{digits}d}" if digits else "")


def money(minor: int, currency: str) -> str:
    """An amount as a person reads it: ``USD 1.40``."""
    return f"{currency} {decimal(minor, currency)}"
