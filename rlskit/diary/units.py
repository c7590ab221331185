"""Units as people write them behind a number, and how many of one the other is."""

from __future__ import annotations

# What people write after a number, in the languages of yes and no, and the unit it counts in.
UNITS = {
    "cups": "cup cups mug mugs serving servings tasse tassen becher taza tazas tasses tazza tazze tazzina tazzine "
            "xícara xícaras chávena chávenas kop koppen kopje kopjes mok mokken чашка чашки чашек кружка кружки кружек "
            "coffee coffees kaffee kaffees café cafés caffè koffie koffies кофе espresso espressos tea teas tee tees",
    # no bottle: of beer it is one, of wine five
    "drinks": "drink drinks glass glasses beer beers wine wines glas gläser bier biere wein vaso vasos copa copas "
              "cerveza cervezas vino vinos verre verres bière bières bicchiere bicchieri birra birre copo copos taça "
              "taças cerveja cervejas glazen biertje biertjes wijntje wijntjes бокал бокала бокалов стакан стакана "
              "стаканов пиво пива",
    "min": "min mins minute minutes minuten minuto minutos minuti minuut мин минут минута минуты",
    "h": "h hr hrs hour hours std stunde stunden hora horas heure heures ora ore uur час часа часов ч",
    "s": "s sec secs second seconds sek sekunde sekunden segundo segundos seconde secondes secondo secondi seconden "
         "сек секунда секунды секунд",
    "mg": "mg мг", "g": "g", "mcg": "mcg",
}
_UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words.split()}
_FACTORS = {("cups", "drinks"): 1.0, ("h", "min"): 60.0, ("min", "s"): 60.0, ("h", "s"): 3600.0,  # a glass of cola
            ("g", "mg"): 1000.0, ("mg", "mcg"): 1000.0, ("g", "mcg"): 1e6}
_STEM, _ENDING = 3, 2  # letters that one and several have in common at least, and those that they differ by at most


def unit_called(word: str) -> str:
    """The unit (a key of UNITS) that a word is for, "" where it is none."""
    return _UNIT_OF.get(word.casefold().removesuffix("."), "")


def factor(written: str, unit: str) -> float | None:
    """How many of `unit` one of `written` is, None where the one does not measure the other; words of any language."""
    one, other = unit_called(written), unit_called(unit)
    if (one and one == other) or _same_word(written.casefold(), unit.casefold()):
        return 1.0
    if (one, other) in _FACTORS:
        return _FACTORS[one, other]
    return 1 / _FACTORS[other, one] if (other, one) in _FACTORS else None


def _same_word(one: str, other: str) -> bool:
    """Whether two words are the same, or one of them the other in the plural."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _STEM and long.startswith(short) and len(long) - len(short) <= _ENDING)
