"""Works as XML, sound and broken, around every bound of ORCID's schema."""

HEAD = (
    '<work:work xmlns:common="http://www.orcid.org/ns/common" xmlns:work="http://www.orcid.org/ns/work" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
TITLE = "<work:title><common:title>{}</common:title>{}</work:title>"
TYPE = "<work:type>data-set</work:type>"
ID = (
    "<common:external-ids><common:external-id><common:external-id-type>doi</common:external-id-type>"
    "<common:external-id-value>10.5072/one</common:external-id-value>"
    "<common:external-id-relationship>self</common:external-id-relationship></common:external-id>"
    "</common:external-ids>"
)


def document(
    *, before="", title="T", in_title="", after_title="", after_type="", after_ids="", attributes=""
):
    """Return a work with something inserted at one of its places."""
    titles = TITLE.format(title, in_title)
    return (
        f"{HEAD}{attributes}>{before}{titles}{after_title}{TYPE}{after_type}{ID}{after_ids}</work:work>"
    ).encode()


def date(year, month=None, day=None):
    parts = f"<common:year>{year}</common:year>"
    parts += f"<common:month>{month}</common:month>" if month is not None else ""
    parts += f"<common:day>{day}</common:day>" if day is not None else ""
    return f"<common:publication-date>{parts}</common:publication-date>"


def contributor(inner):
    return f"<work:contributors><work:contributor>{inner}</work:contributor></work:contributors>"


def contributor_orcid(inner):
    return contributor(f"<common:contributor-orcid>{inner}</common:contributor-orcid>")


TABLE = {
    "the smallest work": document(),
    "title of 1000": document(title="t" * 1000),
    "title of 1001": document(title="t" * 1001),
    "title of 1000 beyond the basic plane": document(title="𝕋" * 1000),
    "title of blanks": document(title=" \n\t "),
    "title of a no-break space": document(title="\u00a0"),
    "no title": f"{HEAD}>{TYPE}{ID}</work:work>".encode(),
    "empty title element": f"{HEAD}><work:title/>{TYPE}{ID}</work:work>".encode(),
    "no type": f"{HEAD}>{TITLE.format('T', '')}{ID}</work:work>".encode(),
    "no identifiers": f"{HEAD}>{TITLE.format('T', '')}{TYPE}</work:work>".encode(),
    "a type nobody knows": document().replace(b"data-set", b"dataset-x"),
    "subtitle of 1000": document(in_title=f"<common:subtitle>{'s' * 1000}</common:subtitle>"),
    "subtitle of 1001": document(in_title=f"<common:subtitle>{'s' * 1001}</common:subtitle>"),
    "blank subtitle": document(in_title="<common:subtitle> </common:subtitle>"),
    "two subtitles": document(
        in_title="<common:subtitle>a</common:subtitle><common:subtitle>b</common:subtitle>"
    ),
    "translated title": document(
        in_title='<common:translated-title language-code="de">Titel</common:translated-title>'
    ),
    "translated title without language": document(
        in_title="<common:translated-title>Titel</common:translated-title>"
    ),
    "translated title before subtitle": document(
        in_title='<common:translated-title language-code="de">T</common:translated-title><common:subtitle/>'
    ),
    "journal title of 1000": document(after_title=f"<work:journal-title>{'j' * 1000}</work:journal-title>"),
    "journal title of 1001": document(after_title=f"<work:journal-title>{'j' * 1001}</work:journal-title>"),
    "blank journal title": document(after_title="<work:journal-title> </work:journal-title>"),
    "description of 5000": document(
        after_title=f"<work:short-description>{'d' * 5000}</work:short-description>"
    ),
    "description of 5001": document(
        after_title=f"<work:short-description>{'d' * 5001}</work:short-description>"
    ),
    "empty description": document(after_title="<work:short-description/>"),
    "description before journal title": document(
        after_title="<work:short-description/><work:journal-title>J</work:journal-title>"
    ),
    "citation": document(
        after_title="<work:citation><work:citation-type>bibtex</work:citation-type>"
        "<work:citation-value>@x{}</work:citation-value></work:citation>"
    ),
    "citation without type": document(
        after_title="<work:citation><work:citation-value>@x{}</work:citation-value></work:citation>"
    ),
    "year 1899": document(after_type=date(1899)),
    "year 1900": document(after_type=date(1900)),
    "year 2100": document(after_type=date(2100)),
    "year 2101": document(after_type=date(2101)),
    "year with blanks around": document(after_type=date(" 2020 ")),
    "year with a sign": document(after_type=date("+2020")),
    "year in letters": document(after_type=date("MMXX")),
    "empty year": document(after_type=date("")),
    "month 0": document(after_type=date(2020, "00")),
    "month 1": document(after_type=date(2020, "1")),
    "month 13": document(after_type=date(2020, "13")),
    "day 31 in February": document(after_type=date(2020, "02", "31")),
    "day 32": document(after_type=date(2020, "02", "32")),
    "day without month": document(after_type=date(2020, None, "02")),
    "date without year": document(
        after_type="<common:publication-date><common:month>01</common:month></common:publication-date>"
    ),
    "url": document(after_ids="<common:url>https://example.org/a?b=c#d</common:url>"),
    "empty url": document(after_ids="<common:url/>"),
    "url with a blank inside": document(after_ids="<common:url>https://example.org/a b</common:url>"),
    "url with odd letters": document(after_ids="<common:url>https://example.org/ä&lt;b&gt;{c}</common:url>"),
    "url with a broken escape": document(after_ids="<common:url>https://example.org/100%</common:url>"),
    "no url at all but text": document(after_ids="<common:url>doi:10.5072/abc</common:url>"),
    "contributor by name": document(after_ids=contributor("<work:credit-name>N</work:credit-name>")),
    "contributor name in the wrong namespace": document(
        after_ids=contributor("<common:credit-name>N</common:credit-name>")
    ),
    "name of 150": document(after_ids=contributor(f"<work:credit-name>{'n' * 150}</work:credit-name>")),
    "name of 151": document(after_ids=contributor(f"<work:credit-name>{'n' * 151}</work:credit-name>")),
    "blank name": document(after_ids=contributor("<work:credit-name> </work:credit-name>")),
    "empty contributor": document(after_ids=contributor("")),
    "https iD": document(
        after_ids=contributor_orcid("<common:uri>https://orcid.org/0000-0001-5109-3700</common:uri>")
    ),
    "http iD": document(
        after_ids=contributor_orcid("<common:uri>http://orcid.org/0000-0001-5109-3700</common:uri>")
    ),
    "iD of the test site": document(
        after_ids=contributor_orcid("<common:uri>https://sandbox.orcid.org/0000-0001-5109-3700</common:uri>")
    ),
    "iD with a wrong check digit": document(
        after_ids=contributor_orcid("<common:path>0000-0001-5109-3701</common:path>")
    ),
    "iD with a small x": document(
        after_ids=contributor_orcid("<common:path>0000-0001-5109-370x</common:path>")
    ),
    "iD by host only": document(after_ids=contributor_orcid("<common:host>orcid.org</common:host>")),
    "iD path before uri": document(
        after_ids=contributor_orcid(
            "<common:path>0000-0001-5109-3700</common:path><common:uri>https://orcid.org/0000-0001-5109-3700</common:uri>"
        )
    ),
    "contributor e-mail": document(
        after_ids=contributor("<work:contributor-email>a@b.c</work:contributor-email>")
    ),
    "contributor e-mail without dot": document(
        after_ids=contributor("<work:contributor-email>a@b</work:contributor-email>")
    ),
    "sequence": document(
        after_ids=contributor(
            "<work:contributor-attributes><work:contributor-sequence>first</work:contributor-sequence>"
            "<work:contributor-role>author</work:contributor-role></work:contributor-attributes>"
        )
    ),
    "unknown sequence": document(
        after_ids=contributor(
            "<work:contributor-attributes><work:contributor-sequence>second</work:contributor-sequence>"
            "</work:contributor-attributes>"
        )
    ),
    "language and country": document(
        after_ids="<common:language-code>en</common:language-code><common:country>DE</common:country>"
    ),
    "country before language": document(
        after_ids="<common:country>DE</common:country><common:language-code>en</common:language-code>"
    ),
    "country with visibility": document(after_ids='<common:country visibility="private">DE</common:country>'),
    "country with a bad visibility": document(
        after_ids='<common:country visibility="me">DE</common:country>'
    ),
    "visibility": document(attributes=' visibility="registered-only"'),
    "visibility in capitals": document(attributes=' visibility="PUBLIC"'),
    "put-code": document(attributes=' put-code="12345678901234567890"'),
    "put-code in letters": document(attributes=' put-code="abc"'),
    "unknown attribute": document(attributes=' colour="red"'),
    "schema location": document(attributes=' xsi:schemaLocation="http://www.orcid.org/ns/work work-3.0.xsd"'),
    "unknown element": document(after_ids="<work:colour>red</work:colour>"),
    "element of no namespace": document(after_ids="<url>https://example.org</url>"),
    "text between elements": document(before="hello"),
    "comment between elements": document(before="<!-- hello -->"),
    "markup in the title": document(title="<i>T</i>"),
    "dates and source as read": document(
        before="<common:created-date>2020-02-30T00:00:00Z</common:created-date>"
        "<common:source><common:source-name>N</common:source-name></common:source>"
    ),
    "dates as read": document(
        before="<common:created-date>2020-02-28T10:00:00.123+01:00</common:created-date>"
    ),
    "two sources": document(
        before="<common:source><common:source-orcid><common:path>0000-0001-5109-3700</common:path></common:source-orcid>"
        "<common:source-client-id><common:path>APP-0123456789ABCDEF</common:path></common:source-client-id></common:source>"
    ),
    "another root": b'<root xmlns="http://www.orcid.org/ns/work"/>',
    "identifier without value": document().replace(
        b"<common:external-id-value>10.5072/one</common:external-id-value>", b""
    ),
    "identifier with blank value": document().replace(b"10.5072/one", b"  "),
    "identifier without relationship": document().replace(
        b"<common:external-id-relationship>self</common:external-id-relationship>", b""
    ),
    "identifier with an unknown relationship": document().replace(b">self<", b">me<"),
    "identifier with a normalised form": document().replace(
        b"<common:external-id-relationship>",
        b'<common:external-id-normalized transient="true">x</common:external-id-normalized>'
        b"<common:external-id-relationship>",
    ),
    "a normalised form that says it stays": document().replace(
        b"<common:external-id-relationship>",
        b'<common:external-id-normalized transient="false">x</common:external-id-normalized>'
        b"<common:external-id-relationship>",
    ),
    "control character": document(title="a\x08b"),
}
