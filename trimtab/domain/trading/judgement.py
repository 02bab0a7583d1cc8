"""Words that judge or advise, in notes about markets: those describe, and whoever reads them judges.

Neutral and not here: lagging, ahead of, behind, leading, improving, deteriorating, momentum, trajectory, consolidation,
strength, weakness, steady, mixed, recovering, under- and outperforming, and counts of buys and sells.
"""

import re
from typing import Final

from trimtab.domain.folded_text import any_word, readings

_PRAISE: Final = (
    "good|better|best|great|greatest|greatly|excel*|superb*|fantastic*|amaz*|outstanding*|exceptional*|impress*",
    "remarkabl*|wonderful*|brillian*|stellar|spectacular*|superior|attractiv*|unattractiv*|appealing*|unappealing*",
    "compelling*|promising*|tempting*|enticing*|exciting*|favour*|favor*|unfavour*|unfavor*|winner|winners|winning",
    "standout|star performer*|top performer*|nice|nicer|nicest|nicely|ideal|ideally|perfect*|optimal*|fortunate*",
    "unfortunate*|luck*|unluck*|well_positioned|well_placed|high_quality|blue_chip",
    "perform* well|perform* very well|doing well|did well|does well|do well|fare* well|faring well",
)
_BLAME: Final = (
    "bad|badly|worse|worst|worsen*|poor|poorer|poorest|poorly|terribl*|awful*|horribl*|horrend*|dreadful*|dismal*",
    "abysmal*|disappoint*|disast*|catastroph*|dire|grim|grimly|bleak*|gloom*|lousy|ugly|uglier|ugliest|nasty|brutal*",
    "painful*|mediocr*|lacklust*|inferior|underwhelm*|unimpress*|anemic|anaemic|loser|losers|laggard|laggards|ominous*",
    "struggl*|suffer|suffers|suffered|suffering|wrong|wrongly|mistak*|sad|sadly|bottom performer*",
)
_PRICE: Final = (
    "cheap*|expensive*|inexpensive*|pricy|pricey|bargain*|good value|fair value|fairly valued|richly valued",
    "over_valu*|under_valu*|over_pric*|under_pric*|mis_pric*|over_sold|over_bought|over_rated|under_rated|over_done",
    "over_heat*|over_extended|over_stretched|stretched|froth*|bubble|bubbles|bubbly|bull|bulls|bullish*|bear|bears",
    "bearish*|up_side|up_sides|down_side|down_sides",
)
_ADVICE: Final = (
    "should|shouldn't|shouldnt|must|mustn't|mustnt|ought|oughtn't|need to|needs to|needed to|have to|has to|want to",
    "recommend*|advice|advise|advises|advised|advising|advisabl*|avoid*|unavoidabl*|prefer*|consider|worth|worthwhile",
    "buy|buying|sell|selling|hold|accumulat*|trim|trims|trimmed|trimming|dump*|ditch*|unload*|steer clear|stay away",
    "buys into|sells into|buys the|sells the|load up|loading up|double down|go long|go short|going long|going short",
    "take profit*|takes profit*|taking profit*|profit_taking|time to|right time|take advantage|capitalise*|capitalize*",
    "opportun*|urgen*|prudent*|imprudent*|wise|wisely|unwise*|smart*|sensible|sensibly|foolish*|reckless*|caution",
    "cautious*|careful*|beware",
)
_FEELING: Final = (
    "risk*|de_risk*|danger*|hazard*|perilous*|threat*|alarm*|safe|safer|safest|safely|safety|unsafe|concern*|worr*",
    "troubl*|fear*|panic*|hope|hopes|hoped|hoping|hopeful*|confiden*|expect*|unexpected*|outlook*|poised|forecast*",
    "predict*|unpredict*",
)
_DRAMA: Final = (
    "crash*|soar*|plung*|plummet*|collaps*|sky_rocket*|rocket*|boom*|surge|surges|surged|surging|tank|tanks|tanked",
    "tanking|nose_div*|tumbl*|slump*|free_fall*|melt_down*|rout|routs|routed|blood_bath*|carnage|explod*|explos*",
    "hammered|hammering|battered|battering|beaten down|crushed|crushing|pummel*|sell_off*|sells off|selling off",
    "sold off",
)
_NEUTRAL: Final = (
    "[0-9] buy|[0-9] sell|one buy|one sell|no buy|no sell|each buy|each sell|per buy|per sell|pending buy",
    "pending sell|planned buy|planned sell|open buy|open sell|deferred buy|deferred sell|buy order*|sell order*",
    "buy trade*|sell trade*|buy side|sell side|buy phase|sell phase|buy and sell order*|buy and sell trade*",
    "on hold|hold steady|hold firm|hold flat|hold above|hold near",
)
"""Uses of a word of advice that advise nothing: counts, orders and paces."""

_PATTERN: Final = re.compile(
    f"{any_word(*_NEUTRAL)}|(?P<judges>{any_word(*_PRAISE, *_BLAME, *_PRICE, *_ADVICE, *_FEELING, *_DRAMA)})"
)


def judgement_words(text: str) -> tuple[str, ...]:
    """The words and phrases of a text that judge or advise, each once, in lower case."""
    found = (match["judges"] for line in readings(text) for match in _PATTERN.finditer(line))
    return tuple({word.replace(" ", ""): word for word in found if word is not None}.values())
