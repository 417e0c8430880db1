"""Addresses of repositories: the DOI that follows from them, or where on that page it is found.

Only rules that a repository applies to all its pages are here. What follows from an address is looked up
at DataCite like any other DOI, so a page that is an exception leads to "not found" and to no wrong work.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

from profiles.domain.dois.names import Doi, doi_named


class Page(StrEnum):
    """Pages whose address does not tell the DOI, by where on them it is found."""

    ZENODO = "zenodo"
    FIGSHARE = "figshare"
    OSF = "osf"
    DATAVERSE = "dataverse"
    DRYAD = "dryad"
    PANGAEA = "pangaea"
    CODE = "code"
    """GitHub, GitLab and the like: the README may have the badge of an archive."""
    OTHER = "other"


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    names: Callable[[re.Match[str]], list[str]]


ARXIV_NUMBER: Final = (
    r"(?P<number>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|(?P<field>[a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?/(?P<old>\d{7}))"
)
"""A number of arXiv, new (year, month, count) or old (field, number); a version may follow."""
# Prefixes of the preprint servers at OSF. https://help.osf.io/article/250-preprint-dois
_OSF_PREPRINTS: Final = {
    "osf": "10.31219", "psyarxiv": "10.31234", "socarxiv": "10.31235", "engrxiv": "10.31224",
    "agrixiv": "10.31220", "eartharxiv": "10.31223", "arabixiv": "10.31221", "metaarxiv": "10.31222",
    "frenxiv": "10.31226", "inarxiv": "10.31227", "lawarxiv": "10.31228", "lissa": "10.31229",
    "marxiv": "10.31230", "mindrxiv": "10.31231", "nutrixiv": "10.31232", "paleorxiv": "10.31233",
    "sportrxiv": "10.31236", "thesiscommons": "10.31237", "africarxiv": "10.31730", "edarxiv": "10.35542",
    "mediarxiv": "10.33767", "bodoarxiv": "10.34055", "biohackrxiv": "10.37044", "ecsarxiv": "10.1149",
}  # fmt: skip
_END: Final = r"(?![\w-])"
_HOST: Final = r"(?<![\w.-])(?:https?://)?(?:www\.)?"


def _arxiv(found: re.Match[str]) -> list[str]:
    return [f"10.48550/arxiv.{arxiv_number(found)}"]


def arxiv_number(found: re.Match[str]) -> str:
    """Return arXiv's number as its DOIs have it: without the subject class of old ones."""
    return f"{found['field']}/{found['old']}" if found["old"] else found["number"]


def _figshare(found: re.Match[str]) -> list[str]:
    base = f"10.6084/m9.figshare.{found['number']}"
    return [f"{base}.v{found['version']}", base] if found["version"] else [base]


def _mendeley(found: re.Match[str]) -> list[str]:
    base = f"10.17632/{found['number']}"
    return [f"{base}.{found['version']}", base] if found["version"] else [base]


def _osf_preprint(found: re.Match[str]) -> list[str]:
    prefix = _OSF_PREPRINTS.get(found["server"].lower(), "")
    name, version = found["number"], found["version"] or ""
    return [f"{prefix}/osf.io/{name}{version}", f"{prefix}/osf.io/{name}"] if prefix else []


def _rule(pattern: str, names: Callable[[re.Match[str]], list[str]]) -> _Rule:
    return _Rule(re.compile(_HOST + pattern, re.IGNORECASE | re.ASCII), names)


_OSF_NAME: Final = r"(?P<number>[23456789abcdefghjkmnpqrstuvwxyz]{5})"
_RULES: Final = (
    _rule(
        rf"zenodo\.org/(?:api/)?(?:records?|deposit|uploads?)/(?P<number>\d+){_END}",
        lambda found: [f"10.5281/zenodo.{found['number']}"],
    ),
    _rule(
        rf"sandbox\.zenodo\.org/(?:api/)?(?:records?|deposit|uploads?)/(?P<number>\d+){_END}",
        lambda found: [f"10.5072/zenodo.{found['number']}"],
    ),
    # Institutions have prefixes of their own at figshare: only the general site's follow from the address.
    _rule(
        r"figshare\.com/articles/(?:[^/?#\s]+/){0,3}(?P<number>\d{4,})(?:/(?P<version>\d{1,3}))?(?![\w.])",
        _figshare,
    ),
    _rule(
        r"figshare\.com/collections/(?:[^/?#\s]+/)?(?P<number>\d{4,})(?![\w.])",
        lambda found: [f"10.6084/m9.figshare.c.{found['number']}"],
    ),
    _rule(
        rf"osf\.io/preprints/(?:(?P<server>\w+)/)(?:discover/)?{_OSF_NAME}(?P<version>_v\d{{1,3}})?{_END}",
        _osf_preprint,
    ),
    _rule(rf"(?P<server>\w+xiv)\.(?:com|org)/{_OSF_NAME}(?P<version>_v\d{{1,3}})?{_END}", _osf_preprint),
    _rule(
        rf"osf\.io/(?:registries/(?!\w+/discover)(?:\w+/)?)?{_OSF_NAME}{_END}(?!/discover)",
        lambda found: [f"10.17605/osf.io/{found['number']}"],
    ),
    _rule(
        r"(?:[\w-]{1,63}\.){0,4}arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print|ftp|bibtex|dvi|tb)/"
        rf"{ARXIV_NUMBER}(?:v\d+)?(?![\w])",
        _arxiv,
    ),
    _rule(
        r"(?:(?:alphaxiv|arxiv-vanity|scirate|arxiv-sanity)\.(?:org|com)/(?:[\w-]+/)?|huggingface\.co/papers/"
        rf"|semanticscholar\.org/arxiv/|ar5iv\.(?:org|labs\.arxiv\.org)/(?:[\w-]+/)?){ARXIV_NUMBER}(?:v\d+)?(?!\w)",
        _arxiv,
    ),
    _rule(
        rf"data\.mendeley\.com/(?:public-files/)?datasets/(?P<number>[a-z0-9]{{10}})(?:/(?P<version>\d{{1,3}}))?{_END}",
        _mendeley,
    ),
    _rule(
        r"(?:[\w-]{1,63}\.){0,4}pangaea\.de/(?:\S{0,40}/)?(?P<number>PANGAEA\.\d{3,9})(?!\w)",
        lambda found: [f"10.1594/{found['number']}"],
    ),
    _rule(
        rf"icpsr\.umich\.edu/(?:web/)?(?:[\w-]+/){{0,3}}studies/(?P<number>\d{{1,6}}){_END}",
        lambda found: [f"10.3886/icpsr{int(found['number']):05d}"],
    ),
    _rule(
        r"openicpsr\.org/openicpsr/project/(?P<number>\d+)/version/(?P<version>V\d+)(?!\w)",
        lambda found: [f"10.3886/e{found['number']}{found['version']}"],
    ),
)  # fmt: skip
_A_PAGE: Final = re.compile(
    r"zenodo|figshare|osf\.io|xiv|mendeley|pangaea|icpsr|huggingface|scirate", re.IGNORECASE
)
_SITES: Final = (
    (re.compile(r"zenodo\.org", re.IGNORECASE), Page.ZENODO),
    (re.compile(r"figshare\.com|figshare\.", re.IGNORECASE), Page.FIGSHARE),
    (re.compile(r"(?<![\w-])osf\.io", re.IGNORECASE), Page.OSF),
    (re.compile(r"dataverse|dataset\.xhtml|file\.xhtml|persistentId=", re.IGNORECASE), Page.DATAVERSE),
    (re.compile(r"datadryad\.org", re.IGNORECASE), Page.DRYAD),
    (re.compile(r"pangaea\.de", re.IGNORECASE), Page.PANGAEA),
    (re.compile(r"(?<![\w-])(?:git(?:hub|lab|ee)|bitbucket|codeberg)\.", re.IGNORECASE), Page.CODE),
)
_ADDRESS: Final = re.compile(
    r"https?://\S|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}/\S", re.IGNORECASE | re.ASCII
)


def is_page_named(text: str) -> bool:
    """Tell whether a text may hold the address of a repository; quick, for long texts."""
    return _A_PAGE.search(text) is not None


def dois_of_page(address: str) -> list[Doi]:
    """Return the DOIs that may follow from the address of a page, the likeliest first; else an empty list."""
    for rule in _RULES:
        found = rule.pattern.search(address)
        if found is not None:
            return [doi for name in rule.names(found) if (doi := doi_named(name.lower()))]
    return []


def page_of(text: str) -> Page | None:
    """Return whose page is named by an address in a text without a DOI; None when there is no address."""
    if _ADDRESS.search(text) is None:
        return None
    return next((page for pattern, page in _SITES if pattern.search(text)), Page.OTHER)
