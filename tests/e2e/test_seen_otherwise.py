"""The main pages by keyboard on a phone, four times as large, in forced colours and on paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from profiles.claims.models import Claim
from tests.e2e.steps import ALICE, be_signed_in
from tests.integration.intake.test_past_works import on_record
from tests.support.accessibility import outside
from tests.support.claims import waiting_claim
from tests.support.pushing import registered, run_lanes

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
DOIS = [f"10.5072/ice-{number}" for number in range(6)]
SEEN = "const isSeen = (one) => one.checkVisibility({ visibilityProperty: true });"
COVERED = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const box = focused.getClientRects()[0];
    if (!box || box.height > innerHeight / 2) return [];
    const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (over && (focused.contains(over) || over === focused.closest('label'))) return [];
    const name = (one) => one ? one.outerHTML.slice(0, 90) : 'the edge of the screen';
    return [`${name(focused)} is under ${name(over)}`];
}"""
BARS = """() => [...document.querySelectorAll('body *')].filter((one) => {
    const stays = /fixed|sticky/.test(getComputedStyle(one).position);
    return stays && one.checkVisibility() && one.getBoundingClientRect().height > innerHeight / 3;
}).map((one) => `stays in sight and is high: ${one.outerHTML.slice(0, 90)}`)"""
UNMARKED = f"""() => {{
    {SEEN}
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.cssText = 'color: LinkText; background: Canvas';
    const {{ color: linkText, backgroundColor: canvas }} = getComputedStyle(probe);
    const isDrawnEdge = (style, part) =>
        style[`${{part}}Style`] !== 'none' && parseFloat(style[`${{part}}Width`]) > 0
        && style[`${{part}}Color`] !== canvas;
    const edges = ['outline', 'borderTop', 'borderRight', 'borderBottom', 'borderLeft'];
    const hasLine = (style) => edges.some((edge) => isDrawnEdge(style, edge));
    const isDrawn = (style) => style.content !== 'none' && (hasLine(style)
        || ![canvas, 'rgba(0, 0, 0, 0)'].includes(style.backgroundColor));
    const isMarked = (one) => hasLine(getComputedStyle(one))
        || ['::before', '::after'].some((part) => isDrawn(getComputedStyle(one, part)));
    const isUnderlined = (one) => getComputedStyle(one).textDecorationLine.includes('underline');
    const wrong = [];
    const see = (kind, selector, isRight) => document.querySelectorAll(selector).forEach((one) => {{
        if (isSeen(one) && !isRight(one)) wrong.push(`${{kind}}: ${{one.outerHTML.slice(0, 90)}}`);
    }});
    see('button', '.button, button', (one) => isMarked(one) || isUnderlined(one));
    see('link', 'a[href]', (one) =>
        isMarked(one) || isUnderlined(one) || getComputedStyle(one).color === linkText);
    see('box', 'input', (one) => isMarked(one) || getComputedStyle(one).appearance !== 'none');
    see('current', '[aria-current]', isMarked);
    see('icon', 'svg.icon', (one) => getComputedStyle(one).stroke === getComputedStyle(one).color);
    return wrong;
}}"""
ON_PAPER = f"""() => {{
    {SEEN}
    const wrong = [];
    const say = (what, one) => wrong.push(`${{what}}: ${{one.outerHTML.slice(0, 90)}}`);
    document.querySelectorAll('nav, button, .button, input, select, footer').forEach((one) => {{
        if (isSeen(one)) say('printed', one);
    }});
    document.querySelectorAll('main a[href^="http"]').forEach((one) => {{
        const said = getComputedStyle(one, '::after').content;
        if (isSeen(one) && !said.includes(one.getAttribute('href'))) say('without address', one);
    }});
    document.querySelectorAll('html, body, body *').forEach((one) => {{
        const ground = getComputedStyle(one).backgroundColor;
        const [red, green, blue, alpha = 1] = ground.match(/[\\d.]+/g).map(Number);
        const isDark = alpha > 0.1 && 0.3 * red + 0.6 * green + 0.1 * blue < 160;
        if (isSeen(one) && isDark) say('dark ground', one);
    }});
    document.querySelectorAll('main :is(h1, .find, .hit)').forEach((one) => {{
        const heading = one.querySelector('h2, h3') || one;
        if (!isSeen(one)) say('not printed', one);
        else if (heading.clientWidth < one.clientWidth / 2) say('squeezed', one);
    }});
    return wrong;
}}"""


@pytest.fixture
def visits(page: Page, live_server, orcid, datacite):
    """Open the main pages one after the other, with works on the record, found, failed and chosen."""
    on_record(orcid, datacite, *DOIS)
    waiting_claim(ALICE, "10.5072/late")
    run_lanes()
    for number in range(6):
        registered(datacite, f"10.5072/new-{number}", title=f"Tides of the year 200{number}")
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    claim = Claim.objects.get(doi=DOIS[0])
    paths = [
        "/",
        "/works",
        "/find",
        "/settings/me",
        f"/works/{claim.uuid}",
        f"/why?doi={DOIS[0]}",
        "/sign_in",
    ]

    def opened() -> Iterator[str]:
        for path in paths:
            if path == "/sign_in":
                page.context.clear_cookies()
            page.goto(f"{live_server.url}{path}")
            box = page.locator("main li > input[type=checkbox], main li > :first-child input[type=checkbox]")
            if path in ("/works", "/find"):
                box.first.check()
            yield path

    return opened


def test_no_bar_covers_what_has_the_focus_on_a_phone(page, visits):
    page.set_viewport_size({"width": 390, "height": 844})
    stops, wrong = 0, []
    for path in visits():
        page.evaluate("document.activeElement.blur()")
        for _ in range(120):
            page.keyboard.press("Tab")
            found = page.evaluate(COVERED)
            if found is None:
                break
            stops += 1
            wrong += [f"{path}: {one}" for one in found]

    assert stops > 100
    assert wrong == []


def test_four_times_as_large_all_is_on_the_screen_and_bars_leave_room(page, visits):
    page.set_viewport_size({"width": 320, "height": 256})
    wrong = []
    for path in visits():
        wrong += [f"{path}: {one}" for one in [*outside(page), *page.evaluate(BARS)]]

    assert wrong == []


def test_in_forced_colours_what_can_be_used_and_where_one_is_stay_visible(page, visits):
    page.emulate_media(forced_colors="active")
    wrong = []
    for path in visits():
        wrong += [f"{path}: {one}" for one in page.evaluate(UNMARKED)]

    assert wrong == []


def test_on_paper_there_is_the_content_with_addresses_and_nothing_to_press(page, visits):
    wrong = []
    for path in visits():
        page.emulate_media(media="print", color_scheme="dark")
        wrong += [f"{path}: {one}" for one in page.evaluate(ON_PAPER)]
        page.emulate_media(media="screen")

    assert wrong == []
