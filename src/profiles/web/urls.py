"""Addresses of the pages."""

from django.urls import path, register_converter

from profiles.domain.consent import Purpose
from profiles.pipeline.works.find_works import SearchMode
from profiles.web.views import home, status, style
from profiles.web.views.account import (
    confirmations,
    email,
    health,
    keys,
    landing,
    leaving,
    permission,
    receipts,
    rules,
    settings,
)
from profiles.web.views.repositories import access, corrections, mails, page
from profiles.web.views.repositories import keys as repository_keys
from profiles.web.views.works import (
    adding,
    confirm,
    downloads,
    find,
    many_works,
    my_works,
    newer,
    one_entry,
    record,
    trust,
    why,
)


class PurposeConverter:
    """Convert the purpose in an address."""

    regex = "|".join(purpose.value for purpose in Purpose)

    def to_python(self, value: str) -> str:
        """Return the purpose of an address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the address part of a purpose."""
        return value


register_converter(PurposeConverter, "purpose")

urlpatterns = [
    path("", home.show, name="home"),
    path("home/read", home.mark_as_read, name="home_read"),
    path(".well-known/security.txt", landing.security, name="security_txt"),
    path("robots.txt", landing.robots, name="robots_txt"),
    path("favicon.ico", landing.favicon, name="favicon"),
    path("readyz", health.ready, name="readyz"),
    path("status", status.show, name="status"),
    path("status.json", status.as_json, name="status_json"),
    path("heartbeat", landing.heartbeat, name="heartbeat"),
    path("settings", settings.old_address),
    path("settings/me", settings.show, name="settings"),
    path("settings/update", settings.update, name="settings_update"),
    path("settings/auto-update", settings.auto_update, name="switch_auto_update"),
    path("settings/edit", settings.edit, name="settings_edit"),
    path("settings/permissions", settings.permissions, name="permissions"),
    path("settings/data", leaving.own_data, name="own_data"),
    path("settings/keys", keys.index, name="keys"),
    path("settings/keys/<int:key_id>/revoke", keys.revoke, name="revoke_key"),
    path("settings/confirmations", confirmations.show, name="confirmations"),
    path("settings/receipts", receipts.show, name="receipts"),
    path("settings/receipts.<slug:form>", receipts.download, name="receipts_download"),
    path("settings/my-file.json", leaving.download, name="own_file"),
    path("settings/leave", leaving.leave, name="leave"),
    path("goodbye/<uuid:uuid>", leaving.goodbye, name="goodbye"),
    path("goodbye/<uuid:uuid>.json", leaving.goodbye_file, name="goodbye_file"),
    path("settings/email", email.edit, name="email"),
    path("settings/email/mails", email.choose_mails, name="choose_mails"),
    path("mails/stop/<str:token>", email.stop_mail, name="stop_mail"),
    path("settings/email/remove", email.remove, name="remove_email"),
    path("settings/email/confirm/<slug:secret>", email.confirm, name="confirm_email"),
    path("orcid/<purpose:purpose>/auth", permission.ask, name="ask_permission"),
    path("orcid/<purpose:purpose>/callback", permission.callback, name="permission_callback"),
    path("orcid/<purpose:purpose>/withdraw", permission.withdraw, name="withdraw_permission"),
    path("works", my_works.index, name="works"),
    path("find", find.find, name="find"),
    path("find/count", find.count, name="find_count"),
    path("find/added/<uuid:uuid>", adding.added, name="find_added"),
    # Addresses of former pages.
    path("find/dois", find.old_address, {"way": SearchMode.OWN_LIST}),
    path("find/chosen", find.old_address, {"way": SearchMode.OWN_LIST}),
    path("works/found", find.old_address, {"way": SearchMode.BY_ID}),
    path("works/found/added", adding.last),
    path("works/one-entry", one_entry.show, name="one_entry"),
    path("works/trust", trust.show, name="trust"),
    path("works/record", record.compare, name="record"),
    path("works/ask", why.ask, name="ask"),
    path("why", why.why, name="why"),
    path("confirm", confirm.confirm, name="confirm"),
    path("settings/rules", rules.edit, name="rules"),
    path("works/act", many_works.act, name="act_on_works"),
    path("works/<uuid:uuid>", my_works.show, name="work"),
    path("works/<uuid:uuid>/newer", newer.show, name="newer_version"),
    path("works/<uuid:uuid>/<slug:action>", my_works.act, name="act_on_work"),
    path("my-repository", access.enter, name="my_repository"),
    path("my-repository/leave", access.leave, name="leave_repository"),
    path("my-repository/mails/confirm/<str:token>", mails.confirm, name="confirm_repository_mail"),
    path("my-repository/mails/stop/<str:token>", mails.stop, name="stop_repository_mail"),
    path("my-repository/<str:repository>/mails", mails.ask, name="ask_repository_mail"),
    path(
        "my-repository/<str:repository>/mails/<int:number>/remove",
        mails.remove,
        name="remove_repository_mail",
    ),
    path("my-repository/<str:repository>/keys", repository_keys.make, name="make_repository_key"),
    path(
        "my-repository/<str:repository>/keys/<int:number>/revoke",
        repository_keys.revoke,
        name="revoke_repository_key",
    ),
    path("my-repository/<str:repository>", page.show, name="repository_page"),
    path("my-repository/<str:repository>/corrections.csv", corrections.download, name="corrections_download"),
    path("style", style.show, name="style"),
    path("works.<slug:form>", downloads.download, name="works_download"),
]
