"""The draft of an rlskit.toml: sections for the tags of a diary, from words that suggest what they mean."""

from __future__ import annotations

import re
import tomllib

import pandas as pd

from rlskit.diary.mapping import COLUMNS, tag_key
from rlskit.diary.own import HABITS
from rlskit.diary.tables import CAFFEINE_MG_PER_SERVING, TAGS
from rlskit.diary.toml_values import toml_text
from rlskit.errors import DiaryError
from rlskit.utils.kinds import takes

# Words that suggest a column in a *draft* for the user to check; they map nothing by themselves.
_SUGGESTIONS: tuple[tuple[str, str, dict[str, object]], ...] = (
    (r"restless[ -]?leg|legs?\b.*(restless|twitch|jerk|jump|crawl|creep)|(twitch|jerk|jump|crawl|creep)\w* legs?|"
     r"\brls\b|\bspi\b|willis[ -]?ekbom|unruhige\w* beine?|beine?\b.*unruhig|unruhe\b.*\bbeinen?\b|"
     r"jambes (sans repos|agitées|impatientes)|\bsjsr\b|(piernas|pernas) inquietas|gambe (senza riposo|irrequiete)|"
     r"(rusteloze|onrustige) benen|niespokojn\w+ n[oó]g|беспокойн\w+ ног|\bсбн\b", "symptoms", {}),
    (r"stretch|dehn|étire|etire|estira|rozciąg|allungament|alongament|rekoefening|\brekken\b|растяж|растянул",
     "stretched", {}),
    (r"coffee|kaffee|\bcaf[eéè]s?\b|\bcaff[eè]\b|caffein|koffein|cafeïne|caféine|cafeína|espresso|cappuccino|\blatte\b|"
     r"\bkawa\b|koffie|кофе", "caffeine_mg", {"amount": CAFFEINE_MG_PER_SERVING}),
    (r"\btea\b|\btee\b|\bthé\b|\bthee\b|\bté\b|\btè\b|\bchá\b|herbata|\bcola\b|energy drink|\bчай\b|\bчая\b",
     "caffeine_mg", {"amount": 40.0}),
    (r"alcohol|alkohol|\balcol(ici)?\b|alcool|álcool|\bwines?\b|\bbeers?\b|\b(rot|weiß|weiss|glüh)?wein\b|\b\w*bier\b|\bvino\b|\bwino\b|"
     r"\bpiwo\b|cerveza|cerveja|\bbirra\b|\bbirre\b|\bbières?\b|\bvin\b|\bvinho\b|\bwijn\b|\bcocktails?\b|\bwhiske?y\b|"
     r"\bvodka\b|\bgin\b|prosecco|\bsekt\b|^drinks?$|алкогол|\bвино\b|\bвина\b|\bпив[оа]\b|\bводк[аи]\b",
     "alcohol_drinks", {"amount": 1.0}),
    (r"\biron\b|\beisen\b|\bferr(o|ous|ic|um)|\bfer\b|\bferro\b|\bhierro\b|\bijzer\b|żelazo|\bжелез[оа]\b", "iron", {}),
    (r"magn[eé]s|\bмагни[йя]\b", "magnesium", {}),
    (r"day off|\bfree day\b|weekend|holiday", "free_night", {}),
)
# "Decaf", "alcohol-free", "herbal tea" and "no caffeine" say the opposite of the word in them; a blood test, or a
# medicine for the legs, is not what it is for.
_OPPOSITE = (r"decaf|(koffein|alkohol)frei|\bno\b|\bnon\b|\bnot\b|without|[ -]free\b|frei\b|\bohne\b|"
             r"\bsans\b(?! repos)|\bsin\b|\bsenza\b(?! riposo)|\bsem\b|\bzonder\b|\bбез\b|herbal|sober|"
             r"\b(rls|legs?)\b.*\b(med|meds|medic\w*|pills?|tablets?|drugs?|doctor|appointment)\b|"
             r"\b(blood|iron|ferritin) (test|level|value)")
_EARLY = r"\balready\b|\bat (about )?\d|\bby \d|before (bed|stretch)|stretching time|\bschon\b|\bdéjà\b|\bya\b"
_LAST_NIGHT = (r"\blast night\b|\bletzte[nr]? nacht\b|\bnuit dernière\b|\banoche\b|\bnoche pasada\b|\bnoite passada\b|"
               r"\bnotte scorsa\b|\bscorsa notte\b|\b(afgelopen|vorige) nacht\b|\bvannacht\b|\bпрошл\w+ ноч")
_RESPONSIVE = r"respons|relie|after|because|during|when (my )?legs|twitch"
_PREVENTIVE = r"prevent|before bed|routine|bedtime"
_MOVEMENTS = ((r"\bcal(f|ves)\b|\bwaden?|mollet|pantorrilla|polpacci|łyd", "calf"), (r"hamstring", "hamstring"),
              (r"\byoga\b", "yoga"))


@takes(TAGS)
def draft_mapping(tags: pd.DataFrame, timezone: str = "", *, columns: str = "", date_order: str = "") -> str:
    """Text of an rlskit.toml for these tags (columns of diary.TAG_COLUMNS), suggestions marked for the user to check.

    Recognised words get an active entry; every other tag is listed in a comment with its count, so that nothing is
    mapped that nobody looked at. columns : drafted sections for the columns of tables (readers/table_draft.py).

    Example: ``print(rk.draft_mapping(diary.tags))``
    """
    zone_line = f"timezone = {toml_text(timezone)}" if timezone else (
        '# timezone = "Europe/London"   # your time zone: needed for nights when the clocks change')
    lines = [
        f"# What the {'columns' if columns else 'tags'} of your diary mean. Drafted by `rlskit check --write-mapping`; "
        "please read every line.",
        "# A draft asked for again adds sections at its end; what stands here is changed by you alone, here or in the "
        "notebook 00-start.",
        '# unticked = "no" says: on days with another entry, not ticking this tag means "no".',
        '# Where you only tick it sometimes, write unticked = "not_recorded".',
        '# intent: "preventive" = stretched before any symptoms; "responsive" = because the legs already twitched.',
        '# time = "21:00" says at which clock time a tag without a time of its own is done.',
        '# tells_of = "last night" says: ticked the next morning, it speaks of the night before ("tonight": of the one',
        '# to come; "the clock time", or no such line: of the night that the hour of the entry falls in).',
        *(['# question = "…": nothing is claimed of that column until you have settled it and taken the line out.']
          if columns else []),
        '# "early_symptoms" are symptoms before you would stretch; such evenings are compared with nothing.',
        zone_line, *([f'date_order = "{date_order}"'] if date_order else []), *([columns.rstrip()] if columns else []),
    ]
    return "\n".join([*lines, *_tag_sections(tags)]) + "\n"


def add_sections(old: str, tags: pd.DataFrame, columns: str, heading: str) -> str:
    """An rlskit.toml with sections at its end for tags that it does not map, and for `columns` as drafted. What stands
    in it stays as it is, comments too; the text itself where there is nothing to add.

    Raises
    ------
    DiaryError : sections cannot stand at its end.
    """
    new = tags[~tags["tag"].map(lambda tag: f"[tags.{toml_text(tag)}]" in old).astype(bool)]
    lines = [*([columns.rstrip()] if columns.strip() else []), *_tag_sections(new)]
    if not lines:
        return old
    text = "\n".join([old.rstrip("\n"), "", heading, *lines]) + "\n"
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise DiaryError("its tags or columns stand in braces") from None
    return text


def _tag_sections(tags: pd.DataFrame) -> list[str]:
    """A section for each tag whose words are recognised; the others as comments."""
    lines: list[str] = []
    rest = []
    for tag in tags[~tags["tag"].map(tag_key).duplicated()].itertuples(index=False):
        suggestion = suggest(tag.tag)
        if suggestion and tag.unticked:  # the app writes a no down
            suggestion["unticked"] = tag.unticked
        section = f"[tags.{toml_text(tag.tag)}]"
        if suggestion is None:
            rest.append(f"# {section}   # {tag.n} times, in {toml_text(tag.group or 'tags')}")
            continue
        when = f", {tag.first:%Y-%m-%d} to {tag.last:%Y-%m-%d}" if pd.notna(tag.first) else ""
        lines += ["", f"{section}   # {tag.n} times{when}"]
        lines += key_lines(suggestion)
    if rest:
        lines += ["", "# Not recognised. To use one, take the # away and write below it a line such as",
                  f'# column = "stretched"   (one of {", ".join(COLUMNS)}, or a habit of your own:',
                  f'# a section [{HABITS}."Evening walk"] with kind = "yes/no", then column = "Evening walk")', *rest]
    return lines


def suggest(name: str) -> dict[str, object] | None:
    """A suggested entry for a tag of that name, or None where its words are not recognised."""
    key = tag_key(name)
    if re.search(_OPPOSITE, key):
        return None
    # The word that comes first says what the tag is: "stretch because legs twitch" is a stretch.
    found = [(match.start(), i) for i, (pattern, _, _) in enumerate(_SUGGESTIONS) if (match := re.search(pattern, key))]
    if not found:
        return None
    _, column, extra = _SUGGESTIONS[min(found)[1]]
    entry: dict[str, object] = {"column": column, **extra, "unticked": "no"}
    if column == "symptoms" and re.search(_EARLY, key):
        entry["column"] = "early_symptoms"
    if column == "symptoms" and says_last_night(name):
        entry["tells_of"] = "last night"
    if column == "stretched":
        if movement := next((name for pattern, name in _MOVEMENTS if re.search(pattern, key)), ""):
            entry["movement"] = movement
        entry["intent"] = ("responsive" if re.search(_RESPONSIVE, key) else
                           "preventive" if re.search(_PREVENTIVE, key) else "unknown")
    return entry


def says_last_night(name: str) -> bool:
    """Whether the name of a tag says that it tells of the night before."""
    return bool(re.search(_LAST_NIGHT, tag_key(name)))


def key_lines(keys: dict[str, object]) -> list[str]:
    """Keys of a section as they stand in a TOML file."""
    return [f"{key} = {toml_text(value) if isinstance(value, str) else value}" for key, value in keys.items()]
