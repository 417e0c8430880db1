"""What Find works shows: the tabs, the list of one source with its filters, and what is missing to add."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.accounts.models import Account
from profiles.claims import selection_selectors
from profiles.claims.selection_selectors import OpenSelection
from profiles.claims.selection_services import MAX_SELECTED
from profiles.clients.datacite import Facet
from profiles.consents.selectors import consents_of, is_usable
from profiles.domain.consent import PURPOSE_OF, Purpose
from profiles.domain.ids import parse_doi
from profiles.domain.problem import Problem
from profiles.domain.work_status import Naming, OnRecord
from profiles.infra.web.languages import reading_order
from profiles.pipeline.permissions.lost_permissions import lost_permissions
from profiles.pipeline.requests.choose_works import origin_of
from profiles.pipeline.works import find_works, my_works
from profiles.pipeline.works.find_works import ListedWork, Results, SearchMode, WorkSearch
from profiles.pipeline.works.own_record import Held
from profiles.pipeline.works.work_status import names_of, statuses_with_record
from profiles.web.paging import pages
from profiles.web.status_line import status_line
from profiles.web.views.works.find_rows import Row, row_of_found, row_of_selected
from profiles.web.wording import problem_of
from profiles.web.wording_types import type_name

LIST_PAGE_SIZE: Final = 50
TABS: Final = {
    SearchMode.BY_ID: gettext_lazy("Name my iD"),
    SearchMode.BY_NAME: gettext_lazy("Carry my name"),
    SearchMode.WORDS: gettext_lazy("All of DataCite"),
    SearchMode.OWN_LIST: gettext_lazy("Pasted and chosen"),
}
SORTS: Final = {
    "relevance": gettext_lazy("best match"),
    "-published": gettext_lazy("newest first"),
    "published": gettext_lazy("oldest first"),
    "title": gettext_lazy("title"),
}
_OPTION_OF: Final[dict[str, Callable[[ListedWork], tuple[str, str]]]] = {
    # DataCite's filter writes "Journal Article" as journal-article.
    "resourceTypes": lambda work: (work.kind.replace(" ", "-").lower(), type_name(work.kind)),
    "published": lambda work: (work.year, work.year),
    "clients": lambda work: (work.repository, work.repository_name or work.publisher),
}


def address(wanted: WorkSearch) -> str:
    """Return the address of this search."""
    parts = {
        "by": wanted.way.value,
        "text": wanted.text,
        "type": wanted.kind,
        "year": wanted.year,
        "repository": wanted.repository,
        "sort": wanted.sort,
        "page": wanted.page if wanted.page > 1 else "",
    }
    return f"{reverse('find')}?{urlencode({name: value for name, value in parts.items() if value})}"


def context_of(account: Account, wanted: WorkSearch, *, seconds: float) -> dict[str, Any]:
    """Return the context of the page, which has one structure for every source.

    It waits for DataCite for at most ``seconds``.
    """
    held = consents_of(account.orcid_id)
    if wanted.way is SearchMode.OWN_LIST:
        listed = _own_list(account, wanted, held)
    else:
        listed = _found(account, wanted, held, seconds=seconds)
    counted: OpenSelection = listed["counted"]
    counts = {wanted.way: listed["total"] or None, SearchMode.OWN_LIST: counted.total or None}
    return {
        **listed,
        **permission_context(account, held, is_vouched=wanted.way is SearchMode.BY_ID),
        "wanted": wanted,
        "here": address(wanted),
        "tabs": [
            (way.value, label, address(WorkSearch(way)), counts.get(way)) for way, label in TABS.items()
        ],
    }


def permission_context(account: Account, held: Held, *, is_vouched: bool) -> dict[str, Any]:
    """Return the permission or switch that is missing before chosen works can be sent."""
    usable = {purpose for purpose, consent in held.items() if is_usable(consent)}
    return {
        **missing_context({PURPOSE_OF[origin_of(account, usable, is_vouched=is_vouched)]}, usable),
        "only_switch": is_vouched and usable == {Purpose.AUTO_UPDATE},
        # Both were read already, for the frame of the page.
        "lost_permissions": lost_permissions(held),
        "auto_update": status_line(account, held),
    }


def missing_context(needed: Collection[Purpose], usable: Collection[Purpose]) -> dict[str, str]:
    """Return which permission of the needed ones is missing."""
    return {"missing_permission": next((p.value for p in Purpose if p in needed and p not in usable), "")}


def _found(account: Account, wanted: WorkSearch, held: Held, *, seconds: float) -> dict[str, Any]:
    """Return the works that a search finds, or why there are none."""
    results = find_works.find(account, wanted, seconds=seconds, held=held)
    counted = selection_selectors.open_selection(account.orcid_id, dois=[work.doi for work in results.works])
    rows = [
        row_of_found(work, orcid_id=account.orcid_id, is_chosen=work.doi in counted.chosen_dois)
        for work in results.works
    ]
    return {
        "counted": counted,
        "results": results,
        "trouble": _(results.problem.title) if results.problem else "",
        "groups": [("", rows)] if rows else [],
        "total": results.total,
        **_addable(account, wanted, results, rows),
        **pages(wanted.page, find_works.PAGE_SIZE, min(results.total, 10_000)),
        "names": names_of(account),
        "wanted_doi": parse_doi(wanted.text) if wanted.way is SearchMode.WORDS else None,
        "missing": _missing_words(results.missing),
        "record_problem": results.record_problem,
        "is_record_hidden": any(work.standing.on_record is OnRecord.UNKNOWN for work in results.works),
        **_filters(results, wanted),
    }


def _addable(account: Account, wanted: WorkSearch, results: Results, rows: list[Row]) -> dict[str, int]:
    """Return how many works can be added: of all that were found where that is known, or on this page."""
    on_page = sum(row.can_be_chosen for row in rows)
    if results.pages <= 1:
        return {"addable": on_page}
    if wanted.way is SearchMode.BY_ID and not (wanted.kind or wanted.year or wanted.repository):
        settled, needing = my_works.count_settled(account.orcid_id)
        return {"addable": max(results.total - settled, on_page), "works_needing": needing}
    return {"addable_on_page": on_page}


def _missing_words(missing: Problem | None) -> dict[str, str] | None:
    return {"title": _(missing.title), "you": _(missing.you)} if missing else None


def _filters(results: Results, wanted: WorkSearch) -> dict[str, Any]:
    """Return filters with their options, and the chosen ones as chips, each with the address without it."""
    kinds = _options(results, "resourceTypes", wanted.kind)
    years = _options(results, "published", wanted.year)
    repositories = _options(results, "clients", wanted.repository)
    first = replace(wanted, page=1)
    chips = [
        (kinds, wanted.kind, replace(first, kind="")),
        (years, wanted.year, replace(first, year="")),
        (repositories, wanted.repository, replace(first, repository="")),
    ]
    orders = [(name, label, None) for name, label in SORTS.items()]
    return {
        "filters": [
            ("type", _("Type"), wanted.kind, kinds),
            ("year", _("Year"), wanted.year, years),
            ("repository", _("Repository"), wanted.repository, repositories),
            ("sort", _("Order"), wanted.sort, orders),
        ],
        "chips": [
            (next(label for value, label, _count in options if value == chosen), address(without))
            for options, chosen, without in chips
            if chosen
        ],
    }


def _options(results: Results, facet_name: str, chosen: str) -> list[tuple[str, str, int | None]]:
    """Return the values of a filter with names and counts, or those of this page where none are counted.

    A code is shown only where neither DataCite nor a work on this page gives it a name.
    """
    names = dict(_OPTION_OF[facet_name](work) for work in results.works)
    facets = results.facets.get(facet_name, ())
    options: list[tuple[str, str, int | None]] = [
        (facet.id, _name_of(facet, facet_name, names), facet.count) for facet in facets
    ]
    if not options:
        named = [(name, value) for value, name in names.items() if value]
        listed = sorted(named, key=lambda pair: reading_order(pair[0]))
        options = [(value, name, None) for name, value in listed]
    if chosen and chosen not in {value for value, _label, _count in options}:
        name = type_name(chosen.replace("-", " ").title()) if facet_name == "resourceTypes" else chosen
        options.insert(0, (chosen, names.get(chosen) or name, None))
    return options


def _name_of(facet: Facet, facet_name: str, names: Mapping[str, str]) -> str:
    if facet_name == "resourceTypes":
        return names.get(facet.id) or type_name(facet.title)
    return facet.title if facet.title != facet.id else names.get(facet.id) or facet.title


def _own_list(account: Account, wanted: WorkSearch, held: Held) -> dict[str, Any]:
    """Return what the person pasted and chose, each work with what is known of it."""
    counted = selection_selectors.open_selection(account.orcid_id)
    number = min(wanted.page, MAX_SELECTED // LIST_PAGE_SIZE)
    selection = counted.selection
    works = selection_selectors.page_of_works(selection, LIST_PAGE_SIZE, number) if selection else []
    naming = {work.doi: Naming(work.naming) for work in works if work.naming}
    statuses, record_problem = (
        statuses_with_record(account.orcid_id, naming, held=held) if naming else ({}, "")
    )
    rows = []
    for work in works:
        status = statuses.get(work.doi)
        known = replace(status, left_out=work.left_out) if status else None
        rows.append(row_of_selected(work, known, orcid_id=account.orcid_id))
    problem = problem_of(selection.problem) if selection else None
    return {
        "counted": counted,
        "groups": _grouped(rows),
        "total": counted.total,
        "checked": counted.total - counted.waiting,
        "record_problem": record_problem,
        "looks_again": selection.looks_again_at if selection and problem else None,
        "trouble": _(problem.title) if problem else "",
        "last_added": selection_selectors.last_requested(account.orcid_id) if not works else None,
        **pages(number, LIST_PAGE_SIZE, counted.total),
    }


def _grouped(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Return the rows as they are shown: what can be added, what is there, what cannot be added."""
    groups = [
        (_("Can be added"), [row for row in rows if row.can_be_chosen]),
        (
            _("On your record, or on their way"),
            [row for row in rows if not row.can_be_chosen and row.end != "not"],
        ),
        (_("Cannot be added"), [row for row in rows if row.end == "not"]),
    ]
    return [(title, group) for title, group in groups if group]
