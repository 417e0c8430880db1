"""Read the names of months in the languages in which depositors write dates."""

import unicodedata
from functools import lru_cache
from typing import Final

_NAMES: Final = """
jan january januar januari janner janvier janv enero ene gennaio gen janeiro stycznia styczen leden
    ledna ocak январь января ianuarie tammikuu
feb february februar februari feber fevrier fevr febrero febbraio fevereiro fev lutego luty unor
    unora subat февраль февраля februarie helmikuu
mar march marz maerz mars marzo marco maart marts marca marzec brezen brezna mart maret март марта
    martie maaliskuu mrz
apr april avril avr abril abr aprile kwietnia kwiecien duben dubna nisan апрель апреля aprilie
    huhtikuu
may mai mayo maggio mag maio mei maj maja kveten kvetna mayis май мая toukokuu
jun june juni juin junio giugno giu junho czerwca czerwiec cerven cervna haziran июнь июня iunie
    kesakuu
jul july juli juillet juil julio luglio lug julho lipca lipiec cervenec cervence temmuz июль июля
    iulie heinakuu
aug august aout agosto ago augustus augusti sierpnia sierpien srpen srpna agustos agustus август
    августа elokuu
sep sept september septembre septiembre setiembre settembre set setembro wrzesnia wrzesien zari
    eylul сентябрь сентября septembrie syyskuu
oct october oktober okt octobre octubre ottobre ott outubro out pazdziernika pazdziernik rijen rijna
    ekim октябрь октября octombrie lokakuu
nov november novembre noviembre novembro listopada listopad kasim ноябрь ноября noiembrie marraskuu
dec december dezember dez decembre diciembre dic dicembre dezembro grudnia grudzien prosinec
    prosince aralik desember des декабрь декабря decembrie joulukuu
"""
"""One line per month; lines that begin with blanks continue the line before."""
_LINES: Final = _NAMES.replace("\n    ", " ").split("\n")
_MONTHS: Final = {name: number for number, names in enumerate(_LINES) for name in names.split()}


@lru_cache(maxsize=256)
def month_of(name: str) -> int:
    """Return the number of a month, or 0 when the word is not a month."""
    return _MONTHS.get(_plain(name), 0)


def _plain(name: str) -> str:
    """Return a name in lower case without accents; the Cyrillic short i is a letter of its own."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return "".join(
        letter if letter == "й" else unicodedata.normalize("NFKD", letter)[0] for letter in folded
    ).replace("ı", "i")
