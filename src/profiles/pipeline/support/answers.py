"""A text with which support can answer a person: the sentences that the person reads on our pages."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.ids import doi_url
from profiles.domain.problems import CATALOGUE
from profiles.domain.reasons_for_readers import Reader
from profiles.pipeline.works.first_sentence import first_sentence_of


def suggested_answer(account: Account | None, claim: Claim, title: str) -> str:
    """Return an answer about one work, in the person's language: the fact, what we do, what they can do."""
    language = (account.language if account else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        problem, reason = CATALOGUE.get(claim.problem), REASONS.get(claim.detail.partition(" ")[0])
        steps = [_(problem.we), _(problem.you)] if problem else [_(reason.remedy)] if reason else []
        return _(
            "Dear %(name)s,\n\n"
            "“%(title)s” (%(doi)s): %(fact)s\n\n"
            "%(steps)s\n\n"
            "You see every step under My works: %(address)s\n\n"
            "With kind regards\n"
            "DataCite Support"
        ) % {
            "name": account.display_name if account else _("colleague"),
            "title": title or claim.doi,
            "doi": doi_url(claim.doi),
            "fact": first_sentence_of(claim, Reader.OWNER),
            "steps": " ".join(filter(None, steps)),
            "address": f"{settings.ENVIRONMENT.PROFILES_URL}/works/{claim.uuid}",
        }
