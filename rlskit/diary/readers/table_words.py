"""Words of headers that tell which answer of the night a column holds: English, German, Spanish, French, Portuguese,
Italian, Dutch, Russian. They suggest a line of a *draft* for the user to check; they map nothing by themselves.

What a column is about (legs, stretching, coffee …) is told by the words for tags: `suggest` in
rlskit/diary/mapping.py.
"""

from __future__ import annotations

import re

# Target column → words in its header. The first that fits counts: "when I fell asleep again after waking" is none.
CLOCKS: tuple[tuple[str, str], ...] = (
    ("lights_out", r"\blights?[ -](out|off)\b|\blicht (aus|gelöscht)\b|\b(fell|go|went|falling) (a)?sleep\b|\basleep\b|"
                   r"einschlaf|eingeschlafen|apag\w+ la luz|dormirse|me dormí|extinction|endormi|spegn\w+|luci spente|"
                   r"addorment|apaguei|luz apagada|adormec|licht uit|in slaap|выключ\w+ свет|свет выкл|уснул|заснул|"
                   r"отбой"),
    ("lights_out", r"\bbed[ -]?time\b|\b(to|in) bed\b|(zu|ins|im) bett\b|bettzeit|bettgeh|schlafenszeit|"
                   r"schlafen gegangen|hora de (acostarse|dormir|deitar)|acost|coucher|couché|a letto|coricat|deitar|"
                   r"deitei|naar bed|bedtijd|лёг|легла?\b|спать"),
    ("woke_up", r"\bwoken?\b|\bwak(e|ing)\b|\baufgewacht\b|aufwach|\bwach\b|despert|réveil|svegli|acord(ar|ei|ou)|"
                r"wakker|просн|пробужд"),
    ("woke_up", r"\b(got|get|getting) up\b|aufgestanden|aufsteh|levant|\blever\b|\blevée?\b|alzat|opgestaan|opstaan|"
                r"подъ[её]м|встала?\b"),
)
LENGTH = re.compile(r"time in bed|duration|how long|\bhours?\b|dauer|wie lange|stunden|duración|duracion|cuánto|"
                    r"\bhoras\b|durée|combien|heures|duração|quanto|durata|\bore\b|\bduur\b|hoe lang|\buren\b|длительн|"
                    r"продолжит|сколько|\bчас")
NIGHT = re.compile(r"^(the )?(date|datum|fecha|data|дата|night|nacht|noche|nuit|noite|notte|ночь|evening|abend|day|tag|"
                   r"jour|d[ií]a|giorno|dag|день|timestamp|zeitstempel|marca temporal|horodateur|carimbo de data|"
                   r"informazioni cronologiche|tijdstempel|отметка времени)\b")
TIME = re.compile(r"^(clock )?time( of day)?$|^uhrzeit$|^zeit$|^hora$|^heure$|^ora$|^orario$|^tijd$|^время$")
SLEEP_QUALITY = re.compile(r"sleep quality|quality of sleep|schlafqualität|calidad del sueño|qualité du sommeil|"
                           r"qualidade do sono|qualità del sonno|slaapkwaliteit|качество сна|how well .*slept")
AMOUNT = re.compile(r"^(amount|quantity|how much|dose|number|count|value|menge|anzahl|wie viel|dosis|wert|cantidad|"
                    r"cuánto|quantité|combien|quantità|quanto|quantidade|hoeveelheid|aantal|количество|сколько|доза)$")
SEVERITY = re.compile(r"severity|how (bad|strong)|intensity|strength|stärke|schwere|intensität|schlimm|gravedad|"
                      r"intensidad|sévérité|intensité|gravità|intensità|gravidade|intensidade|ernst|hevig|тяжесть|сила|интенсивност")
# What else is told of a stretch → words in the header; those before and after it hold ratings from 0 to 10.
HOLD = re.compile(r"\bhold(ing)?\b|\bheld\b|gehalten|halte(dauer|zeit)|\bhalten\b|manten|sosten|maintien|\btenue?s?\b|"
                  r"mantenut|\btenut|mantid|vastgehouden|vasthouden|удерж|держал")
SECONDS = re.compile(r"\bse[ckg]s?\b|\bse[ckg](ond|und)\w*|\(s\)|\bсек(\b|унд)")
_STRETCH = (r"(stretch|dehn|étire|etire|estira|rozciąg|allung|alonga|rek(oefening|ken)|растяж)")
BEFORE_STRETCH = re.compile(rf"\b(before|vor|avant|antes d\w+|prima d\w+|voor|до|перед)\b.*{_STRETCH}")
AFTER_STRETCH = re.compile(rf"\b(after|nach|après|después d\w+|dopo|depois d\w+|na|после)\b.*{_STRETCH}")
QUIET = re.compile(r"until (it was |they were )?(quiet|calm|gone|relief)|to relief|bis (es |sie )?ruhig|"
                   r"bis (zur )?ruhe|jusqu['’]au calme|hasta (la )?calma|até (a )?calma|fino alla calma|"
                   r"tot (het |ze )?rust|до (покоя|облегчения)")
OUT_OF_TEN = re.compile(r"\b0\s*(-|–|—|\.\.|to|bis|a|à|al|tot|до)\s*10\b|/\s*10\b|\b(out of|von|de|su|sur|van|из) 10\b")
BEFORE_NOON = re.compile(r"before noon|\bmorning\b|vormittag|\bmorgens\b|por la mañana|\bmatin\b|\bmattina\b|de manhã|"
                         r"\bochtends?\b|утром|\bдо (полудня|12)|before 12|vo+r (12|de middag)|avant (12|midi)|"
                         r"antes d\w+ (12|mediod[ií]a|meio[ -]dia)|prima d\w+ (12|mezzogiorno)")
AFTER_NOON = re.compile(r"after ?noon|\bevening\b|nachmittag|\babends?\b|por la tarde|après-midi|\bpomeriggio\b|"
                        r"de tarde|à tarde|(?<!voor de )middag|после (полудня|12)|вечером|after 12|(nach|na) 12|"
                        r"después d\w+ (12|mediod[ií]a)|depois d\w+ (12|meio[ -]dia)|dopo (le 12|mezzogiorno)|"
                        r"après (12|midi)")
MINUTES = re.compile(r"\bmin(s|ut\w*)?\b|\bмин(ут\w*)?\b")
MILLIGRAMS = re.compile(r"\bmg\b|milligram|miligram|milligramm|мг\b|миллиграмм")
FREE_TOMORROW = re.compile(r"(tomorrow|next day|morgen|mañana|demain|amanhã|domani|завтра)\W.*"
                           r"(free|off|frei|libre|congé|livre|folga|libero|libera|vrij|выходн)|"
                           r"(free|off|frei|libre|congé|livre|folga|libero|libera|vrij|выходн)\w*\W.*"
                           r"(tomorrow|next day|morgen|mañana|demain|amanhã|domani|завтра)")
