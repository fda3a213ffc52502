"""Number words, scales and units: closed classes, by which figures are compared."""

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
ONES += "seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORD_VALUES = {word: float(value) for value, word in enumerate(ONES)} | {
    word: 10.0 * (at + 2) for at, word in enumerate(TENS)
}
WORD_VALUES |= {
    f"{ten}{dash}{one}": WORD_VALUES[ten] + at for ten in TENS for at, one in enumerate(ONES[1:10], 1) for dash in "- "
}
WORD_VALUES |= {"dozen": 12.0, "hundred": 100.0}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "K": 1e3, "M": 1e6,
    "B": 1e9, "T": 1e12,
}  # fmt: skip
UNITS: dict[str, tuple[str, float]] = {
    "%": ("%", 1), "percent": ("%", 1), "per cent": ("%", 1), "percentage points": ("%", 1),
    "percentage point": ("%", 1), "×": ("x", 1), "x": ("x", 1), "times": ("x", 1), "fold": ("x", 1),
    "-fold": ("x", 1), "nm": ("length", 1e-9), "µm": ("length", 1e-6), "μm": ("length", 1e-6),
    "mm": ("length", 1e-3), "cm": ("length", 1e-2), "m": ("length", 1), "km": ("length", 1e3),
    "millimetres": ("length", 1e-3), "centimetres": ("length", 1e-2), "metres": ("length", 1),
    "kilometres": ("length", 1e3), "meters": ("length", 1), "kilometers": ("length", 1e3), "µg": ("mass", 1e-6),
    "mg": ("mass", 1e-3), "g": ("mass", 1), "kg": ("mass", 1e3), "kilograms": ("mass", 1e3), "grams": ("mass", 1),
    "tonnes": ("mass", 1e6), "ns": ("time", 1e-9), "µs": ("time", 1e-6), "ms": ("time", 1e-3), "s": ("time", 1),
    "seconds": ("time", 1), "second": ("time", 1), "min": ("time", 60), "minutes": ("time", 60),
    "minute": ("time", 60), "h": ("time", 3600), "hours": ("time", 3600), "hour": ("time", 3600),
    "days": ("time", 86400), "day": ("time", 86400), "weeks": ("time", 604800), "week": ("time", 604800),
    "months": ("time", 2629800), "month": ("time", 2629800), "years": ("time", 31557600),
    "year": ("time", 31557600), "decades": ("time", 315576000), "decade": ("time", 315576000),
    "Hz": ("frequency", 1), "kHz": ("frequency", 1e3), "MHz": ("frequency", 1e6), "GHz": ("frequency", 1e9),
    "meV": ("energy", 1e-3), "eV": ("energy", 1), "keV": ("energy", 1e3), "MeV": ("energy", 1e6),
    "GeV": ("energy", 1e9), "mV": ("voltage", 1e-3), "V": ("voltage", 1), "kV": ("voltage", 1e3),
    "mW": ("power", 1e-3), "W": ("power", 1), "kW": ("power", 1e3), "MW": ("power", 1e6), "GW": ("power", 1e9),
    "ml": ("volume", 1e-3), "mL": ("volume", 1e-3), "litres": ("volume", 1), "millilitres": ("volume", 1e-3),
    "L": ("volume", 1), "°C": ("celsius", 1), "K ": ("kelvin", 1), "Pa": ("pressure", 1), "kPa": ("pressure", 1e3),
    "MPa": ("pressure", 1e6), "GPa": ("pressure", 1e9), "mbar": ("pressure", 100), "bar": ("pressure", 1e5),
    "dB": ("dB", 1), "MB": ("bytes", 1e6), "GB": ("bytes", 1e9), "TB": ("bytes", 1e12), "kB": ("bytes", 1e3),
    "euros": ("euros", 1), "dollars": ("dollars", 1),
}  # fmt: skip
"""What a figure is measured in: the dimension, and how many of its first unit."""
