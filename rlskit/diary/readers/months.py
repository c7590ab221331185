"""Month names in the languages of phones: "7 września", "June 22", "16 de octubre", "1er août", "6月22日"."""

from __future__ import annotations

import re
import unicodedata

# One line per language, January first; several spellings of a month are parted by "/". Genitives where dates use them.
_LANGUAGES = {
    "English": "january february march april may june july august september october november december",
    "German": "januar/jänner februar/feber märz april mai juni juli august september oktober november dezember",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "Polish": "stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec "
              "sierpnia/sierpień września/wrzesień października/październik listopada/listopad grudnia/grudzień",
    "Swedish": "januari februari mars april maj juni juli augusti september oktober november december",
    "Danish": "januar februar marts april maj juni juli august september oktober november december",
    "Norwegian": "januar februar mars april mai juni juli august september oktober november desember",
    "Czech": "ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec "
             "srpna/srpen září října/říjen listopadu prosince/prosinec",
    "Russian": "января/январь февраля/февраль марта/март апреля/апрель мая/май июня/июнь июля/июль августа/август "
               "сентября/сентябрь октября/октябрь ноября/ноябрь декабря/декабрь",
    "Ukrainian": "січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень "
                 "липня/липень серпня/серпень вересня/вересень жовтня/жовтень листопада грудня/грудень",
    "Turkish": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "Hungarian": "január február március április május június július augusztus szeptember október november december",
    "Romanian": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
}
_SHORT = "jan feb mar apr may jun jul aug sep/sept oct nov dec"


def _plain(word: str) -> str:
    """Lower case without accents, so that "aout" and "AOÛT" are one word."""
    parts = unicodedata.normalize("NFKD", word.casefold().replace("ł", "l").replace("ı", "i"))
    return "".join(c for c in parts if not unicodedata.combining(c))


def _table() -> dict[str, int]:
    """Every spelling → month. A word that means different months in two languages would be left out: none may guess."""
    found: dict[str, set[int]] = {}
    for line in (*_LANGUAGES.values(), _SHORT):
        for month, spellings in enumerate(line.split(), start=1):
            for word in spellings.split("/"):
                found.setdefault(_plain(word), set()).add(month)
    return {word: months.pop() for word, months in found.items() if len(months) == 1}


MONTHS = _table()
_EAST_ASIAN = re.compile(r"^(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]$")
_SMALL_WORDS = {"de", "den", "di", "of", "the", "d", "o", "a", "er", "st", "nd", "rd", "th"}


def month_number(word: str) -> int | None:
    """1-12 for a month name in any known language, else None."""
    return MONTHS.get(_plain(word.strip(". ,")))


def day_and_month(text: str) -> tuple[int, int] | None:
    """(day, month) of a date without a year, whichever stands first; None where it is not understood."""
    east = _EAST_ASIAN.match(text.strip())
    if east:
        return int(east[2]), int(east[1])
    days = re.findall(r"\d+", text)
    words = [w for w in re.findall(r"[^\W\d_]+", text) if _plain(w) not in _SMALL_WORDS]
    if len(days) != 1 or len(words) != 1 or len(days[0]) > 2:
        return None
    month = month_number(words[0])
    return (int(days[0]), month) if month else None
