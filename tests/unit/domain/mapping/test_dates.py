import pytest

from profiles.domain.mapping.dates import read_date
from tests.support.doi_records import dropped_of, work_of

FORMS = {
    "a year": ("2019", (2019, None, None)),
    "a month": ("2019-07", (2019, 7, None)),
    "a day": ("2019-07-04", (2019, 7, 4)),
    "without leading zeros": ("2019-7-4", (2019, 7, 4)),
    "without hyphens": ("20190704", (2019, 7, 4)),
    "with a time": ("2019-07-04T10:00:00Z", (2019, 7, 4)),
    "with a time after a blank": ("2019-07-04 10:00", (2019, 7, 4)),
    "with line breaks around": ("\n   2019-07-04\n ", (2019, 7, 4)),
    "a range": ("2019-07-04/2020-01-01", (2019, 7, 4)),
    "a range of years": ("1999-2017", (1999, None, None)),
    "an open range": ("2019-07-04/..", (2019, 7, 4)),
    "a range that ends in a code": ("1970-04-01 / (:tba)", (1970, 4, 1)),
    "with dots": ("07.04.2017", (2017, 4, 7)),
    "with slashes, day or month first": ("04/07/2019", (2019, None, None)),
    "year first with slashes": ("2019/07/04", (2019, 7, 4)),
    "in words": ("19 September 2016", (2016, 9, 19)),
    "in American words": ("July 4, 2019", (2019, 7, 4)),
    "month and year": ("12/2019", (2019, 12, None)),
    "with a short month between hyphens": ("4-Jul-2019", (2019, 7, 4)),
    "six digits": ("201907", (2019, 7, None)),
    "in Japanese or Chinese": ("2019年7月4日", (2019, 7, 4)),
    "a month in Japanese": ("2019年7月", (2019, 7, None)),
    "in Korean": ("2019년 7월 4일", (2019, 7, 4)),
    "a German month with an umlaut": ("März 2019", (2019, 3, None)),
    "a day in German": ("4. März 2019", (2019, 3, 4)),
    "a French month": ("août 2019", (2019, 8, None)),
    "the first in French": ("1er février 2019", (2019, 2, 1)),
    "a Spanish month": ("octubre de 2021", (2021, 10, None)),
    "a day in Spanish": ("4 de julio de 2019", (2019, 7, 4)),
    "a day in Polish": ("4 września 2019", (2019, 9, 4)),
    "a day in Russian": ("4 мая 2019", (2019, 5, 4)),
    "as mails have it": ("Thu, 04 Jul 2019 10:00:00 GMT", (2019, 7, 4)),
    "the year before a short month": ("2019 Jul 4", (2019, 7, 4)),
    "a word that is no month": ("Marketing 2019", None),
    "a season": ("Spring 2019", (2019, None, None)),
    "in brackets, as libraries do": ("[2010]", (2010, None, None)),
    "of copyright": ("c2010", (2010, None, None)),
    "a day that is in no calendar": ("2019-02-31", (2019, 2, None)),
    "a month that is none": ("2019-13-01", (2019, None, None)),
    "zeros for what is unknown": ("2019-00-00", (2019, None, None)),
    "no year": ("0000", None),
    "letters for a year": ("uuuu", None),
    "an error": ("Err", None),
    "the end of a range": ("/2004", None),
    "digits of who knows what": ("10 000 2019", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("text", "parts"), FORMS.values(), ids=FORMS.keys())
def test_a_date_is_read_as_far_as_it_is_sure(text, parts):
    assert read_date(text) == parts


def date(kind, text):
    return {"dateType": kind, "date": text}


def sent(**attributes):
    found = work_of(**attributes).get("publication-date")
    return "-".join(part["value"] for part in found.values()) if found else None


def test_of_two_dates_that_are_equally_exact_that_of_issue_counts():
    dates = [date("Created", "2019-01-01"), date("Available", "2019-02-02"), date("Issued", "2019-03-03")]

    assert sent(dates=dates, publicationYear=2019) == "2019-03-03"


def test_the_most_exact_date_in_the_publication_year_counts_whichever_its_kind():
    dates = [date("Issued", "2019"), date("Available", "2019-07"), date("Submitted", "2019-07-04T10:00:00Z")]

    assert sent(dates=dates, publicationYear=2019) == "2019-07"
    assert sent(dates=dates, publicationYear=None) == "2019-07"


def test_a_date_of_another_year_does_not_win_over_the_publication_year():
    assert sent(dates=[date("Issued", "2017-01-05")], publicationYear=1940) == "1940"
    assert sent(dates=[date("Available", "2021-02"), date("Issued", "2019")], publicationYear=2019) == "2019"
    assert sent(dates=[date("Available", "2020-02")], publicationYear=2019) == "2019"
    assert sent(dates=[date("Issued", "2001/02")], publicationYear=2002) == "2002"


def test_a_date_of_another_year_is_in_the_report():
    (dropped,) = dropped_of(dates=[date("Issued", "2017-01-05")], publicationYear=1940)

    assert (dropped.field, dropped.reason) == ("dates.Issued", "is of another year than publicationYear")


def test_of_a_range_counts_what_both_ends_have_in_common():
    assert sent(dates=[date("Issued", "2010-06-01/2010-06-30")], publicationYear=2010) == "2010-06"
    assert sent(dates=[date("Issued", "2010-06-01/2012-01-01")], publicationYear=2010) == "2010"
    assert sent(dates=[date("Issued", "2010-03-01/2010-06-30")], publicationYear=2010) == "2010"


def test_without_dates_of_publication_the_year_counts_and_then_a_weaker_date():
    assert sent(dates=[date("Created", "2010-01-01")], publicationYear="2019") == "2019"
    assert sent(dates=[date("Created", "2010-01-01")]) == "2010-01-01"
    assert sent(dates=[date("Updated", "2010-01-01"), date("Collected", "2009")]) is None


def test_of_several_dates_of_issue_the_most_exact_in_the_publication_year_counts():
    dates = [
        date("Issued", "2021-05-05"),
        date("Issued", "2019"),
        date("Issued", "2019-03-03"),
        date("Issued", None),
    ]

    assert sent(dates=dates, publicationYear=2019) == "2019-03-03"


def test_months_and_days_have_leading_zeros():
    assert sent(dates=[date("Issued", "2019-3-7")]) == "2019-03-07"


@pytest.mark.parametrize(
    "year", [1899, 2101, 2563, 1592], ids=["too early", "too late", "Buddhist", "old print"]
)
def test_a_year_that_orcid_does_not_take_is_left_out_and_said(year):
    attributes = {"dates": [date("Issued", f"{year}-01-01")], "publicationYear": year}

    reasons = {dropped.field: dropped.reason for dropped in dropped_of(**attributes)}

    assert sent(**attributes) is None
    assert set(reasons) == {"dates.Issued", "publicationYear"}
    assert "1900 to 2100" in reasons["publicationYear"]
    assert ("Buddhist" in reasons["publicationYear"]) == (year == 2563)


def test_a_date_that_cannot_be_read_is_said_and_the_year_counts():
    attributes = {"dates": [date("Issued", "uuuu")], "publicationYear": 2019}

    assert sent(**attributes) == "2019"
    assert [(d.field, d.value) for d in dropped_of(**attributes)] == [("dates.Issued", "uuuu")]


LESS_THAN_DEPOSITED = {
    "a range of years": (["2021-2022"], "of a range, what both ends share is sent"),
    "a range of days": (["2021-02-01/2021-02-28"], "of a range, what both ends share is sent"),
    "a season": (["Spring 2021"], "only this much of it is sure"),
    "April or July": (["04/07/2021"], "only this much of it is sure"),
    "the less exact of two": (["2021", "2021-02-28"], "ORCID has one date; another of that year is sent"),
    "the second of two": (["2021-02-28", "2021-03-01"], "ORCID has one date; another of that year is sent"),
    "one of another year": (["2021-02-28", "2019-03-01"], "is of another year than the date that is sent"),
}


@pytest.mark.parametrize(("given", "reason"), LESS_THAN_DEPOSITED.values(), ids=LESS_THAN_DEPOSITED.keys())
def test_what_is_left_out_of_dates_is_in_the_report(given, reason):
    assert [d.reason for d in dropped_of(dates=[date("Issued", one) for one in given])] == [reason]


def test_a_weaker_date_that_is_sent_is_not_said_to_be_left_out():
    dates = [date("Created", "2019-05-04"), date("Submitted", "2018")]

    assert [d.field for d in dropped_of(dates=dates)] == ["dates.Created"]
    assert sent(dates=dates) == "2018"


@pytest.mark.parametrize("given", ["2021-02-31", "2021-13-01", "2021-13", "2021-00-00"])
def test_a_day_or_month_that_the_calendar_lacks_is_said(given):
    dropped = dropped_of(dates=[date("Issued", given)])

    assert [(d.field, d.value) for d in dropped] == [("dates.Issued", given)]


@pytest.mark.parametrize("given", ["2021", "2021-02", "2021-02-28", "2021-02-28T10:00:00Z"])
def test_of_a_date_that_is_sent_as_it_is_nothing_is_said(given):
    assert dropped_of(dates=[date("Issued", given)]) == []
