"""The HTML page of a mail, made from its text."""

import re

from profiles.infra.mail.mail import Mail, html_of


def paragraphs(text: str) -> list[str]:
    page = html_of(Mail("alice@univ.example", "A word", text))
    return re.findall(r"<p>(.*?)</p>", page, flags=re.DOTALL)


def test_no_line_ends_inside_an_id_or_a_name_with_a_hyphen():
    (line,) = paragraphs("Auto-Update: ORCID iD 0009-0001-0000-0014, E-Mail")

    whole = re.findall(r'<bdi class="pid">(.*?)</bdi>', line)
    assert whole == ["Auto-Update", "0009-0001-0000-0014", "E-Mail"]


def test_empty_lines_make_no_empty_paragraph():
    assert paragraphs("One\n\n\n\nTwo") == ["One", "Two"]
    assert paragraphs("One\n\n\nTwo") == ["One", "Two"]
