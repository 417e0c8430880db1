"""What staff can do about a person's sign-in: end sessions, remove a lost second step."""

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.accounts.staff_access.sign_in_help import SignInHelp
from profiles.sign_in import second_factor, security_notices
from profiles.sign_in.session import sessions


def _count_sessions(account: Account) -> int:
    return int(UserSession.objects.filter(user=account).count())


@transaction.atomic
def _end_sessions(account: Account) -> int:
    """End all sessions, and the grants of services that do not hang on one."""
    ended = sessions.end_all_sessions(account)
    signals.signed_out_everywhere.send(sender=Account, account=account)
    return ended


def _count_factors(account: Account) -> int:
    return len(second_factor.factors_of(account))


@transaction.atomic
def _reset_factors(account: Account) -> int:
    """Remove all second steps and recovery codes, end all sessions, and send mail to the owner."""
    count = _count_factors(account)
    second_factor.delete_all(account)
    security_notices.send_ended_factor(account, name=_("Reset by DataCite\u2019s support"))
    _end_sessions(account)
    return count


HELP = SignInHelp(_count_sessions, _end_sessions, _count_factors, _reset_factors)
