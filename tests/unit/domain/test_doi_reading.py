"""DOIs in the syntax of something else: addresses, markup, other scripts, broken lines, several in one."""

import json
from pathlib import Path

import pytest

from profiles.domain.doi_lists.reading import read_pasted

TEXTS = json.loads(Path(__file__).with_name("doi_texts.json").read_text())
SEA, ICE = "10.5438/sea.2020-7", "10.21942/uva.8812"


def readings(text: str) -> list[set[str]]:
    return [{mention.doi, *mention.others} for mention in read_pasted(text).mentions]


def assert_reads(text: str, *dois: str) -> None:
    found = readings(text)
    missing = [doi for doi in dois if not any(doi in forms for forms in found)]
    assert (missing, len(found)) == ([], len(dois)), found


@pytest.mark.parametrize(
    "address",
    [
        f"https://dataverse.example.org/dataset.xhtml?persistentId=doi:{SEA}&version=3.0",
        f"https://dataverse.example.org/citation?persistentId=doi:{SEA}#tab",
        f"https://example.org/dataset.xhtml;jsessionid=1?persistentId=doi:{SEA}&amp;tab=files",
        "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdoi.org%2F10.5438%2Fsea.2020-7&data=05%7C02",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fdoi.org%2F10.5438%252Fsea.2020-7&usg=x",
        f"https://scholar.google.com/scholar?hl=en&q={SEA}&btnG=",
        f"https://login.proxy.example.edu/login?url=https://doi.org/{SEA}",
        f"https://login.proxy.example.edu/login?qurl=https%3A%2F%2Fdoi.org%2F{SEA.replace('/', '%2f')}",
        f"https://dx-doi-org.proxy.example.edu/{SEA}",
        f"https://doi.org.proxy.example.edu/{SEA}",
        f"https://doi-org.translate.goog/{SEA}?_x_tr_sl=auto&_x_tr_tl=en",
        f"https://translate.google.com/translate?sl=de&tl=en&u=https://doi.org/{SEA}",
        f"https://urldefense.us/v3/__https://doi.org/{SEA}__;!!N11eV2!abc$",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__doi.org_10.5438_sea.2020-2D7&d=DwIF&c=x",
        "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fdoi.org%2f10.5438%2fsea.2020-7&c=E,1,x",
        "https://secure-web.cisco.com/1xYz/https%3A%2F%2Fdoi.org%2F10.5438%2Fsea.2020-7",
        "https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fdoi.org%2F10.5438%2Fsea.2020-7&urlhash=a&trk=b",
        f"https://resolver.example.org/openurl?ctx_ver=Z39.88&rft_id=info:doi/{SEA}&rft.genre=dataset",
        "https://resolver.example.org/openurl?rft_id=info%3Adoi%2F10.5438%2Fsea.2020-7&sid=x",
        f"http://web.archive.org/web/2021*/https://doi.org/{SEA}",
        f"https://doi.org/{SEA}#:~:text=sea",
        f"https://doi.org/{SEA}?lang=en&via=list",
        f"https://search.datacite.org/works/{SEA}",
        f"https://hdl.handle.net/{SEA}",
        f"https://example.org/landing?id={SEA}&lang=en",
        f"http://example.org/x.html?doi={SEA}",
        f"example.org/cgi?DOI={SEA}&x=1",
    ],
)
def test_a_doi_in_an_address_ends_where_the_address_goes_on(address):
    assert_reads(address, SEA)


@pytest.mark.parametrize(
    "address",
    [
        f"https://publisher.example/doi/full/{SEA}",
        f"https://publisher.example/doi/pdf/{SEA}?needAccess=true",
        f"https://publisher.example/article/{SEA}/fulltext.html",
        f"https://publisher.example/articles/{SEA}/full",
        f"https://publisher.example/content/{SEA}v2.full.pdf",
        f"https://publisher.example/content/pdf/{SEA}.pdf",
        f"https://publisher.example/{SEA}/suppl_file/si_002.zip",
        f"https://publisher.example/{SEA}/supp-1",
        f"https://publisher.example/article/file?id={SEA}&type=printable",
        f"https://publisher.example/{SEA}#references",
        f"https://img.shields.io/badge/DOI-{SEA.replace('/', '%2F').replace('-', '--')}-blue.svg",
        f"https://img.shields.io/badge/doi-{SEA.replace('-', '--')}-B31B1B?style=flat",
        f"[![DOI](https://zenodo.org/badge/DOI/{SEA}.svg)](https://doi.org/{SEA})",
        f".. image:: https://zenodo.org/badge/DOI/{SEA}.svg\n   :target: https://doi.org/{SEA}",
        f'image:https://zenodo.org/badge/DOI/{SEA}.svg[link="https://doi.org/{SEA}"]',
    ],
)
def test_parts_of_a_page_behind_a_doi_are_not_the_dois(address):
    assert SEA in set().union(*readings(address))


@pytest.mark.parametrize(
    "text",
    [
        f"[Sea levels](https://doi.org/{SEA})",
        f"[[https://doi.org/{SEA}][Sea levels]]",
        f"\\href{{https://doi.org/{SEA}}}{{Sea levels}}",
        f"\\url{{https://doi.org/{SEA}}}.",
        f"\\doi{{{SEA}}}",
        f"`Sea levels <https://doi.org/{SEA}>`_",
        f":doi:`{SEA}`",
        f"{{{{doi|{SEA}}}}}",
        f"{{{{cite journal|doi={SEA}|title=Sea}}}}",
        f"[[doi:{SEA}|Sea levels]]",
        f"[https://doi.org/{SEA} Sea levels]",
        f"|| [https://doi.org/{SEA}|Sea] ||",
        f"**{SEA}**",
        f"_{SEA}_",
        f"~~{SEA}~~",
        f"`{SEA}`",
        f"<{SEA}|Sea>",
        f"- [ ] {SEA}",
        f"1. {SEA}",
        f"1.{SEA}",
        f"* doi:{SEA}*",
        f'<identifier identifierType="DOI">{SEA}</identifier>',
        f"<li>{SEA}<br/></li>",
        f"{SEA}&lt;/p&gt;",
        f"{SEA}&nbsp;(open)",
    ],
)
def test_the_marks_of_a_markup_language_are_not_the_dois(text):
    assert_reads(text, SEA)


@pytest.mark.parametrize(
    "text",
    [
        f"{SEA}。", f"（{SEA}）", f"《{SEA}》2020", f"【{SEA}】", f"{SEA}、他", f"doi：{SEA}；", f"『{SEA}』",
        f"{SEA}、", f"{SEA}؛ ٢٠٢٠", f"{SEA}؟", f"„{SEA}“", f"»{SEA}«", f"‹{SEA}›", f"‘{SEA}’",
        f"\u2067{SEA}\u2069", f"\u202a{SEA}\u202c", "10.5438\u200b/sea\u2060.2020-7", f"\ufeff{SEA}",
        "10.5438/sea.2020\u20107", "10.5438/sea.2020\u20137", "10.5438/sea.2020\u22127", "10.5438∕sea.2020-7",
        "１０．５４３８／ｓｅａ．２０２０－７", "10.5438/sea\u00ad.2020-7",
        f"{SEA}\u00b9", f"{SEA}.\u00b2\u00b3", f"{SEA}†",
        f"{SEA}*",
        f"{SEA}[3]", f"{SEA}.[3]", f"{SEA}^4", f"{SEA}(2020)", f"•{SEA}", f"→{SEA}", f"{SEA}\u00a0",
    ],
)  # fmt: skip
def test_signs_of_other_scripts_and_of_footnotes_are_not_the_dois(text):
    assert_reads(text, SEA)


@pytest.mark.parametrize(
    "glue",
    [
        "/", "+", "&", "=", "~", "_", "-", "–", "·", "•", " / ", ")(", "][", "и", "doi:", "DOI:", " doi ",
        "https://doi.org/",
        "\thttps://doi.org/", "<br/>", "</p><p>", "&#10;", "&nbsp;", "；", "、", "، ", "\\\\", "\u2028",
        "\u3000", " · ", " – ",
        "; https://dx.doi.org/", ",https://doi.org/", " und doi:",
    ],
)  # fmt: skip
def test_two_dois_are_two_whatever_stands_between(glue):
    assert_reads(f"{SEA}{glue}{ICE}", SEA, ICE)


def test_two_dois_with_nothing_between_are_two():
    assert_reads(f"10.5438/sea.2020{ICE}", "10.5438/sea.2020", ICE)


def test_a_doi_that_holds_another_is_read_as_one_too():
    first, _second = readings("https://doi.org/10.1594/10.5438/sea")

    assert "10.1594/10.5438/sea" in first


@pytest.mark.parametrize(
    "text",
    [
        "10.5438/\nsea.2020-7", "https://doi.org/\n10.5438/sea.2020-7",
        "https://doi.\norg/10.5438/sea.2020-7",
        "10.\n5438/sea.2020-7", "10.5438\n/sea.2020-7", "10.5438/sea.2020-\n7", "10.5438/sea.\n2020-7",
        "10.5438/sea.20\n20-7", "10.5438/sea.20=\n20-7", "> 10.5438/sea.\n> 2020-7",
        "doi:\n10.5438/sea.2020-7",
        "Roe (2020). Sea. doi:10.5438/sea.2020-\n   7. Accessed in May.",
        "TY  - DATA\nDO  - 10.5438/\n      sea.2020-7\nER  - ",
        "@misc{a,\n url = {https://doi.org/10.5438/sea.\n        2020-7}}",
    ],
)  # fmt: skip
def test_a_doi_is_read_over_the_end_of_a_line(text):
    assert_reads(text, SEA)


def test_a_line_that_follows_a_doi_is_not_part_of_it():
    text = f"{SEA}\nIce cores (2021).\n{ICE}\n2021\nSnow"

    assert [mention.doi for mention in read_pasted(text).mentions] == [SEA, ICE]


@pytest.mark.parametrize(("text", "doi"), TEXTS["escapes"])
def test_escapes_are_undone(text, doi):
    assert doi in set().union(*readings(text))


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://zenodo.org/records/8812001", "10.5281/zenodo.8812001"),
        ("https://zenodo.org/record/8812001#.YZ", "10.5281/zenodo.8812001"),
        ("https://zenodo.org/api/records/8812001/files/a.csv/content", "10.5281/zenodo.8812001"),
        ("See zenodo.org/records/8812001.", "10.5281/zenodo.8812001"),
        ("https://sandbox.zenodo.org/records/8812", "10.5072/zenodo.8812"),
        ("https://figshare.com/articles/dataset/Sea_levels/8812001", "10.6084/m9.figshare.8812001"),
        ("https://figshare.com/articles/dataset/Sea_levels/8812001/2", "10.6084/m9.figshare.8812001.v2"),
        ("https://figshare.com/collections/Sea_levels/8812001", "10.6084/m9.figshare.c.8812001"),
        ("https://osf.io/7kx2q/", "10.17605/osf.io/7kx2q"),
        ("https://osf.io/7kx2q/wiki/home/", "10.17605/osf.io/7kx2q"),
        ("https://osf.io/preprints/psyarxiv/7kx2q", "10.31234/osf.io/7kx2q"),
        ("https://osf.io/preprints/socarxiv/7kx2q_v2", "10.31235/osf.io/7kx2q_v2"),
        ("https://psyarxiv.com/7kx2q", "10.31234/osf.io/7kx2q"),
        ("https://arxiv.org/abs/2203.01234v3", "10.48550/arxiv.2203.01234"),
        ("https://arxiv.org/pdf/2203.01234v3.pdf", "10.48550/arxiv.2203.01234"),
        ("arxiv.org/pdf/2203.01234", "10.48550/arxiv.2203.01234"),
        ("https://ar5iv.labs.arxiv.org/html/2203.01234", "10.48550/arxiv.2203.01234"),
        ("https://huggingface.co/papers/2203.01234", "10.48550/arxiv.2203.01234"),
        ("https://arxiv.org/abs/math.GT/0309136", "10.48550/arxiv.math/0309136"),
        ("https://data.mendeley.com/datasets/x7h2k9m4qp/2", "10.17632/x7h2k9m4qp.2"),
        ("https://doi.pangaea.de/10.1594/PANGAEA.881201?format=textfile", "10.1594/pangaea.881201"),
        ("https://datadryad.org/stash/dataset/doi:10.5061/dryad.4f4qrfj9x", "10.5061/dryad.4f4qrfj9x"),
        ("https://datadryad.org/dataset/doi%3A10.5061%2Fdryad.4f4qrfj9x", "10.5061/dryad.4f4qrfj9x"),
        ("https://www.icpsr.umich.edu/web/ICPSR/studies/4321", "10.3886/icpsr04321"),
        ("https://zenodo.org/doi/10.5281/zenodo.8812001", "10.5281/zenodo.8812001"),
        ("arXiv:2203.01234v2 [physics.ao-ph]", "10.48550/arxiv.2203.01234"),
        ("arXiv preprint arXiv:2203.01234 (2022)", "10.48550/arxiv.2203.01234"),
        ("arXiv 2203.01234", "10.48550/arxiv.2203.01234"),
        ("10.48550/arXiv.2203.01234v1", "10.48550/arxiv.2203.01234"),
        ("https://doi.org/10.48550/ARXIV.2203.01234", "10.48550/arxiv.2203.01234"),
    ],
)  # fmt: skip
def test_the_doi_that_follows_from_a_repositorys_page_is_read(text, doi):
    assert_reads(text, doi)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://figshare.com/s/8c1f2a9e", "page"),
        ("https://figshare.com/ndownloader/files/8812001", "page"),
        ("https://university.figshare.com/articles/dataset/Sea/8812001", "page"),
        ("https://zenodo.org/communities/sea-level", "page"),
        ("https://zenodo.org/badge/latestdoi/88120011", "page"),
        ("https://github.com/sea/levels/releases/tag/v1.2", "page"),
        ("https://osf.io/preprints/discover?q=sea", "page"),
        ("https://dataverse.example.org/dataset.xhtml?id=8812", "page"),
        ("https://dataverse.example.org/dataset.xhtml?persistentId=hdl:11529/10548", "page"),
        ("https://arxiv.org/list/physics/2203", "page"),
        ("https://arxiv.org/a/roe_r_1", "page"),
        ("https://example.org/sea", "page"),
        ("10/abc12", "short-doi"),
        ("https://doi.org/abc12", "short-doi"),
        ("doi.org/10/abc12", "short-doi"),
        ("10.5438", "not-a-doi"),
        ("Sea levels, 2020", "no-doi"),
        ("roe@mail.example", "no-doi"),
        ("0009-0001-0000-0014", "no-doi"),
        ("192.168.10.2550/24", "no-doi"),
        ("ISBN 978-3-16-148410-0", "no-doi"),
    ],
)
def test_what_leads_to_no_doi_is_named_by_its_kind(text, reason):
    reading = read_pasted(text)

    assert [mention.doi for mention in reading.mentions] == []
    assert [str(unused.reason) for unused in reading.unused] == [reason]


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        (f"{SEA}.", SEA + "."), (f"https://doi.org/{SEA}/", SEA + "/"), (f"({SEA}.)", SEA + "."),
        ("10.18730/30jk=", "10.18730/30jk="), ("10.18730/4hdr*", "10.18730/4hdr*"),
        ("10.18730/d8sy$", "10.18730/d8sy$"),
        ("10.5438/a&b", "10.5438/a&b"), ("10.5438/a;b,c", "10.5438/a;b,c"),
        ("10.5438/x(1)y[2]", "10.5438/x(1)y[2]"),
    ],
)  # fmt: skip
def test_signs_that_a_doi_may_end_in_are_tried_both_ways(text, doi):
    assert doi in set().union(*readings(text))


@pytest.mark.parametrize("text", TEXTS["exports"].values(), ids=TEXTS["exports"])
def test_exports_of_reference_managers_are_read(text):
    reading = read_pasted(text)

    assert [mention.doi for mention in reading.mentions] == [SEA, ICE]
