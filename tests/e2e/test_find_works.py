"""Finding works in the browser: by iD, by name, pasted; chosen, added together, and followed to the end."""

import pytest
from playwright.sync_api import Page, expect

from profiles.accounts.models import Account
from profiles.claims.models import Claim, Selection
from profiles.pipeline.requests import choose_works
from tests.e2e.keys import press
from tests.e2e.steps import ALICE, be_signed_in, sign_in_at_orcid
from tests.support.accessibility import walk
from tests.support.finding import look_up_all
from tests.support.pushing import permitted, run_lanes, works_of
from tests.support.records import creator, record

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
BY_NAME = {"name": "Alvarado, Alice", "nameType": "Personal"}
BOX = "Words, a title, a DOI, or a list of DOIs"


@pytest.fixture
def alice(page, live_server, orcid):
    """Alice's browser: she is signed in and has given permission."""
    permitted(orcid)
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    return page


@pytest.fixture
def phone(browser, live_server, orcid):
    """The phone of a newcomer: signed in for the first time, no permission given."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(10_000)
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")
    page = context.new_page()
    yield page
    context.close()


def titles(orcid):
    return sorted(work["title"]["title"]["value"] for work in works_of(orcid))


def by_name(datacite, *names, **changes):
    about = {"creators": [BY_NAME], **changes}
    works = [record(f"10.5072/{n}", **{"titles": [{"title": f"Work {n}"}], **about}) for n in names]
    datacite.order("dois", works)


def of_repository(datacite, repository, count):
    datacite.order("clients", {"id": f"demo.{repository}", "name": f"The {repository} archive"})
    me = creator(ALICE, name="Alvarado, Alice", givenName="Alice", familyName="Alvarado")
    dois = [f"10.5072/{repository}-{n}" for n in range(count)]
    datacite.order("dois", [record(doi, creators=[me], client=f"demo.{repository}") for doi in dois])


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_newcomer_with_a_phone_adds_all_that_name_them_but_one_repositorys(
    phone, live_server, orcid, datacite
):
    of_repository(datacite, "ice", 28)
    of_repository(datacite, "sea", 4)

    phone.goto(f"{live_server.url}/find")
    phone.get_by_role("button", name="Allow at ORCID").tap()
    sign_in_at_orcid(phone)
    expect(phone.locator("main").get_by_text("32 works name you, 32 can be added")).to_be_visible()
    expect(phone.get_by_label("Repository")).to_be_hidden()
    phone.get_by_role("button", name="Choose all that can be added").tap()
    expect(phone.locator("#find-bar")).to_contain_text("32 works chosen")
    phone.locator("summary", has_text="Filter and order").tap()
    phone.get_by_label("Repository").select_option(label="The sea archive (4)")
    phone.get_by_role("button", name="Show").tap()
    expect(phone.get_by_role("link", name="Without the filter The sea archive")).to_be_visible()
    phone.get_by_role("button", name="Leave out all of these").tap()
    expect(phone.locator("#find-bar")).to_contain_text("28 works chosen")
    fits(phone, 390)
    phone.get_by_role("button", name="Add 28 works to ORCID").tap()
    expect(phone.get_by_role("heading", name="Adding 28 works to your ORCID record")).to_be_visible()
    run_lanes()

    expect(phone.locator("#added")).to_contain_text("28 works are on your ORCID record.")
    assert {claim.doi.rpartition("-")[0] for claim in Claim.objects.all()} == {"10.5072/ice"}
    assert len(works_of(orcid)) == 28


def test_five_works_by_name_are_added_at_once_and_the_one_that_fails_is_explained(
    alice, live_server, orcid, datacite
):
    by_name(datacite, "one", "two", "three", "four")
    by_name(datacite, "five", titles=[])

    alice.goto(f"{live_server.url}/find")
    alice.get_by_role("link", name="Carry my name").click()
    expect(alice.locator("main").get_by_text("5 works, 5 can be added")).to_be_visible()
    for box in alice.get_by_role("checkbox").all():
        box.check()
    expect(alice.locator("#find-bar")).to_contain_text("5 works chosen")
    alice.get_by_role("button", name="Add 5 works to ORCID").click()
    expect(alice.locator("#added")).to_contain_text("5 are on their way")
    run_lanes()

    expect(alice.locator("#added")).to_contain_text("4 works are on your ORCID record, 1 was not added.")
    expect(alice.get_by_text("Missing data.")).to_be_visible()
    expect(alice.get_by_text("Ask the repository to complete the metadata")).to_be_visible()
    assert titles(orcid) == ["Work four", "Work one", "Work three", "Work two"]


def test_200_pasted_dois_in_all_forms_are_paged_and_each_line_is_answered(alice, live_server, datacite):
    datacite.order("dois", [record(f"10.5072/n{n}", titles=[{"title": f"Number {n}"}]) for n in range(197)])
    forms = (
        "10.5072/N{}",
        "https://doi.org/10.5072/n{}",
        "doi:10.5072/n{}.",
        "Berg (2020). Ice. 10.5072/n{}",
    )
    lines = [forms[n % len(forms)].format(n) for n in range(197)]
    lines += ["10.5072/does.not.exist", "10.1038/nature12373", "https://zenodo.org/communities/ice"]
    page = alice
    page.goto(f"{live_server.url}/find")

    page.get_by_label(BOX).fill("\n".join(lines))
    page.get_by_role("button", name="Search").click()
    expect(page.locator("main").get_by_text("1 of 200 looked up")).to_be_visible()
    choose_works.look_up(Selection.objects.get().pk)
    expect(page.locator("main").get_by_text("51 of 200 looked up")).to_be_visible()
    look_up_all()
    expect(
        page.locator("main").get_by_text("200 works in your list, 3 cannot be added: each says why")
    ).to_be_visible()
    answered = []
    for number in range(1, 5):
        expect(page.get_by_text(f"page {number} of 4").first).to_be_visible()
        answered += page.locator(".hit").all_inner_texts()
        if number < 4:
            page.get_by_role("button", name="Next page").click()

    assert len(answered) == 200
    assert sum("Can be added" in answer for answer in answered) == 197
    refused = [answer for answer in answered if "Cannot be added" in answer]
    reasons = ("knows no findable DOI", "Not registered with DataCite", "cannot tell the DOI")
    for line, reason in zip(lines[197:], reasons, strict=True):
        assert [answer for answer in refused if line in answer and reason in answer], (line, refused)
    page.get_by_role("button", name="Add 197 works to ORCID").click()
    expect(page.locator("main").get_by_text("0 of 197 settled")).to_be_visible()
    run_lanes()
    expect(page.locator("main").get_by_text("197 of 197 settled")).to_be_visible()


def test_from_a_tab_to_what_was_added_by_keys_alone(alice, live_server, orcid, datacite):
    by_name(datacite, "one", "two")
    page = alice
    page.goto(f"{live_server.url}/find")

    press(page, page.get_by_role("link", name="Carry my name"))
    expect(page.locator("main").get_by_text("2 works, 2 can be added")).to_be_visible()
    press(page, page.get_by_role("button", name="Choose all on this page"))
    expect(page.locator("#find-bar")).to_contain_text("2 works chosen")
    press(page, page.get_by_role("button", name="Add 2 works to ORCID"))
    expect(page.locator("#added")).to_contain_text("2 are on their way")
    run_lanes()

    expect(page.get_by_role("status").and_(page.locator("#announcer"))).to_have_text(
        "2 works are on your ORCID record.", timeout=10_000
    )
    assert len(works_of(orcid)) == 2


LONG_NAMES = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "قياسات_سماكة_الجليد_البحري_في_القطب_الشمالي_من_الرادار_المحمول_جوا",
    "北冰洋海冰厚度数据集与机载电磁感应测量结果的对比分析及其不确定性评估报告第二版",
)


def test_the_longest_names_stay_on_the_smallest_screen_light_and_dark(alice, live_server, datacite):
    for number, name in enumerate(LONG_NAMES):
        datacite.order("clients", {"id": f"demo.long{number}", "name": name})
        me = creator(ALICE, name=name, givenName="", familyName=name)
        long = record(f"10.5072/{'long-' * 12}{number}", client=f"demo.long{number}", creators=[me])
        long["attributes"]["titles"] = [{"title": name * 2}]
        long["attributes"]["publisher"] = name
        datacite.order("dois", [long])
    Account.objects.update(name=LONG_NAMES[0], other_names=list(LONG_NAMES))
    alice.goto(f"{live_server.url}/find")
    for box in alice.get_by_role("checkbox").all():
        box.check()
        area = box.bounding_box()
        assert min(area["width"], area["height"]) >= 24  # WCAG 2.5.8
    expect(alice.locator("#find-bar")).to_contain_text("3 works chosen")
    alice.get_by_label(BOX).fill(f"10.5072/{'gone-' * 12} 10.5072/{'away-' * 12}")
    alice.get_by_role("button", name="Search").click()
    look_up_all()

    pages = ["/find", "/find?by=list", "/find?repository=demo.long1", "/find?by=name", "/find?by=words"]
    wrong = walk(alice, live_server.url, pages)
    alice.goto(f"{live_server.url}/find")
    alice.get_by_role("button", name="to ORCID").click()
    wrong += walk(alice, live_server.url, [alice.url.removeprefix(live_server.url)])

    assert wrong == []
