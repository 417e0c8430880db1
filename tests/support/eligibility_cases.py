"""The published cases of the rules: what is decided for which record, person and deployment, and why.

``dev/eligibility_docs.py`` writes them to ``docs/eligibility-cases.json`` for integrators; our own tests
read that file, so what is published is what is tested.
"""

from tests.support.eligibility_case import AUGUST, OLD, OTHER, SELF, PublishedCase, changed, on_record, rules
from tests.support.eligibility_cases_of_loss import LOSSES
from tests.support.records import ANNA, BEN, contributor, creator, name_identifier, record, related

CASES = [
    PublishedCase("a new DOI that names the person", ("claim", "trigger", "new")),
    # Public
    PublishedCase(
        "a draft", ("skip", "findable", "not-findable"), record(state="draft"), decided_by=("state", "draft")
    ),
    PublishedCase(
        "a registered DOI that is not shown", ("skip", "findable", "not-findable"), record(state="registered")
    ),
    PublishedCase("a DOI that DataCite does not know", ("skip", "findable", "not-found"), None),
    # Agency
    PublishedCase(
        "a Crossref DOI by its agency",
        ("skip", "agency", "other-agency"),
        record(agency="crossref"),
        decided_by=("agency", "crossref"),
    ),
    PublishedCase(
        "a Crossref DOI by its repository",
        ("skip", "agency", "other-agency"),
        record(client="crossref.citations"),
    ),
    PublishedCase(
        "a DOI that no repository of DataCite's holds",
        ("skip", "agency", "other-agency"),
        record(client=None),
    ),
    PublishedCase("a DOI whose agency is DataCite", ("claim", "trigger", "new"), record(agency="DataCite")),
    # Named
    PublishedCase("a DOI of somebody else", ("skip", "named", "not-named"), record(creators=[creator(BEN)])),
    PublishedCase(
        "an iD with a wrong check digit",
        ("skip", "named", "unreadable-id"),
        record(
            creators=[
                creator(nameIdentifiers=[name_identifier(ANNA[:-1] + ("1" if ANNA[-1] != "1" else "2"))])
            ]
        ),
        decided_by=("creators[0].nameIdentifiers[0]", ANNA[:-1] + ("1" if ANNA[-1] != "1" else "2")),
    ),
    PublishedCase(
        "a scheme without an iD",
        ("skip", "named", "unreadable-id"),
        record(creators=[creator(nameIdentifiers=[name_identifier(None)])]),
    ),
    PublishedCase(
        "an example from documentation",
        ("skip", "named", "example-id"),
        record(creators=[creator("0000-0002-1825-0097")]),
        orcid_id="0000-0002-1825-0097",
    ),
    PublishedCase(
        "the second iD of a creator",
        ("claim", "trigger", "new"),
        record(
            creators=[
                creator(
                    nameIdentifiers=[
                        name_identifier("https://isni.org/isni/0000000121032683", "ISNI", None),
                        name_identifier(ANNA),
                    ]
                )
            ]
        ),
    ),
    # Role
    PublishedCase(
        "a contributor, not chosen",
        ("skip", "role", "contributor-only"),
        record(creators=[creator(BEN)], contributors=[contributor()]),
        decided_by=("contributors[0].contributorType", "Editor"),
    ),
    PublishedCase(
        "a contributor in a chosen role",
        ("claim", "trigger", "new"),
        record(creators=[creator(BEN)], contributors=[contributor()]),
        rules(roles=["Editor"]),
    ),
    PublishedCase(
        "a contributor in another role than the chosen one",
        ("skip", "role", "contributor-only"),
        record(creators=[creator(BEN)], contributors=[contributor(role="Sponsor")]),
        rules(roles=["Editor"]),
    ),
    PublishedCase(
        "a creator who is a contributor too",
        ("claim", "trigger", "new"),
        record(contributors=[contributor()]),
    ),
    # Project, exclusions
    PublishedCase(
        "a project identifier", ("skip", "project", "raid"), facts={"repository_type": "raidRegistry"}
    ),
    PublishedCase(
        "an excluded prefix",
        ("skip", "excluded", "prefix-excluded"),
        settings={"excluded_prefixes": ["10.5072"]},
        decided_by=("doi", "10.5072"),
    ),
    PublishedCase(
        "an excluded repository",
        ("skip", "excluded", "repository-excluded"),
        settings={"excluded_repositories": ["demo.repo"]},
        decided_by=("relationships.client", "demo.repo"),
    ),
    # Relations
    PublishedCase(
        "a part of another work",
        ("skip", "relations", "related-work"),
        record(relatedIdentifiers=[related("IsPartOf", OTHER)]),
        decided_by=("relatedIdentifiers[0]", f"IsPartOf {OTHER}"),
    ),
    PublishedCase(
        "a part of another work, written as an address",
        ("skip", "relations", "related-work"),
        record(relatedIdentifiers=[related("IsPartOf", f"https://doi.org/{OTHER}")]),
    ),
    PublishedCase(
        "a part, and parts are wanted",
        ("claim", "trigger", "new"),
        record(relatedIdentifiers=[related("IsPartOf", OTHER)]),
        rules(parts=True),
    ),
    PublishedCase(
        "shown in a community",
        ("claim", "trigger", "new"),
        record(relatedIdentifiers=[related("IsPartOf", "https://zenodo.org/communities/spree", "URL")]),
    ),
    PublishedCase(
        "published in a journal",
        ("claim", "trigger", "new"),
        record(relatedIdentifiers=[related("IsPartOf", "0098-7484", "ISSN")]),
    ),
    PublishedCase(
        "a part of itself",
        ("claim", "trigger", "new"),
        record(relatedIdentifiers=[related("IsPartOf", SELF)]),
    ),
    PublishedCase(
        "a version of itself, in capitals",
        ("claim", "trigger", "new"),
        record(relatedIdentifiers=[related("IsVersionOf", SELF.upper())]),
        rules(versions="concept"),
    ),
    *(
        PublishedCase(
            f"a DOI with {kind}",
            ("claim", "trigger", "new"),
            record(relatedIdentifiers=[related(kind, OTHER)]),
        )
        for kind in (
            "IsVersionOf",
            "IsIdenticalTo",
            "IsPreviousVersionOf",
            "HasVersion",
            "IsSupplementTo",
            "IsNewVersionOf",
        )
    ),
    PublishedCase(
        "a version, where the deployment skips versions as it did before 2026",
        ("skip", "relations", "related-work"),
        record(relatedIdentifiers=[related("IsVersionOf", OTHER)]),
        settings={"skip_relations": ["IsPartOf", "IsVersionOf", "IsIdenticalTo", "IsPreviousVersionOf"]},
    ),
    # Own rules
    PublishedCase(
        "a version, and only the concept is wanted",
        ("skip", "versions", "not-the-concept"),
        record(relatedIdentifiers=[related("IsVersionOf", OTHER)]),
        rules(versions="concept"),
    ),
    PublishedCase(
        "the concept, and only the concept is wanted",
        ("claim", "trigger", "new"),
        record(relatedIdentifiers=[related("HasVersion", OTHER)]),
        rules(versions="concept"),
    ),
    PublishedCase(
        "an older version, and only the newest is wanted",
        ("skip", "versions", "not-the-newest"),
        record(
            relatedIdentifiers=[related("IsVersionOf", "10.5072/all"), related("IsPreviousVersionOf", OTHER)]
        ),
        rules(versions="newest"),
    ),
    PublishedCase(
        "a version that another one has followed, and only the newest is wanted",
        ("skip", "versions", "not-the-newest"),
        record(relatedIdentifiers=[related("IsVersionOf", "10.5072/all")]),
        {**rules(versions="newest"), "superseded_by": OTHER},
    ),
    PublishedCase(
        "the newest version, and only the newest is wanted",
        ("claim", "trigger", "new"),
        record(relatedIdentifiers=[related("IsVersionOf", "10.5072/all"), related("IsNewVersionOf", OTHER)]),
        rules(versions="newest"),
    ),
    PublishedCase(
        "an unwanted type", ("skip", "types", "type-unwanted"), facts=rules(skip_types=["Dataset"])
    ),
    PublishedCase(
        "an unwanted repository",
        ("skip", "repositories", "repository-unwanted"),
        facts=rules(skip_repositories=["demo.repo"]),
    ),
    PublishedCase("ask me first", ("ask", "ask-first", "ask-first"), facts=rules(ask_first=True)),
    # Switched on, since when
    PublishedCase("Auto-Update is off", ("skip", "switched-on", "switched-off"), facts={"switched_on": None}),
    PublishedCase(
        "registered and updated before", ("skip", "since", "before-switch-on"), facts={"switched_on": AUGUST}
    ),
    PublishedCase(
        "chosen from the past works",
        ("claim", "trigger", "asked-for"),
        facts={"switched_on": AUGUST, "source": "back-fill"},
    ),
    # Trigger
    PublishedCase(
        "an old DOI whose creators changed",
        ("claim", "trigger", "trigger-field"),
        record(**OLD),
        {"change": changed("trigger-field", "creators")},
        decided_by=("creators", "2026-07-01T10:00:00+00:00"),
    ),
    PublishedCase(
        "an old DOI that became public",
        ("claim", "trigger", "became-findable"),
        record(**OLD),
        {"change": changed("became-findable", "state")},
    ),
    PublishedCase(
        "an old DOI that names the person for the first time",
        ("claim", "trigger", "first-named"),
        record(**OLD),
        {"looked_back": True},
    ),
    PublishedCase(
        "an old DOI in a data file", ("skip", "trigger", "seen-in-file"), record(**OLD), {"source": "file"}
    ),
    PublishedCase(
        "an old DOI that the look back did not find, in a data file",
        ("claim", "trigger", "first-named"),
        record(**OLD),
        {"source": "file", "looked_back": True},
    ),
    PublishedCase(
        "an old DOI whose title changed",
        ("skip", "trigger", "content-only"),
        record(**OLD),
        {"change": changed("content")},
    ),
    PublishedCase(
        "an old DOI that is asked for already, and whose title changed before it arrived",
        ("claim", "trigger", "under-way"),
        record(**OLD),
        {"change": changed("content"), "under_way": True, "standing": "open"},
    ),
    PublishedCase(
        "an old DOI met while past works are not looked up yet",
        ("skip", "trigger", "not-looked-back"),
        record(**OLD),
    ),
    PublishedCase("nothing changed", ("skip", "trigger", "unchanged"), facts={"change": changed("none")}),
    PublishedCase(
        "an event that was overtaken", ("skip", "trigger", "overtaken"), facts={"change": changed("older")}
    ),
    PublishedCase(
        "on the record, creators changed",
        ("update", "trigger", "trigger-field"),
        facts=on_record(change=changed("trigger-field", "creators")),
    ),
    PublishedCase(
        "on the record, the title changed",
        ("update", "trigger", "content-changed"),
        facts=on_record(change=changed("content")),
    ),
    PublishedCase(
        "on the record, the title changed, and the deployment sends only what triggers",
        ("skip", "trigger", "content-only"),
        facts=on_record(change=changed("content")),
        settings={"content_updates": False},
    ),
    PublishedCase(
        "on the record, nothing changed",
        ("skip", "trigger", "unchanged"),
        facts=on_record(change=changed("none")),
    ),
    PublishedCase(
        "on the record, and has become a part since",
        ("update", "trigger", "trigger-field"),
        record(relatedIdentifiers=[related("IsPartOf", OTHER)]),
        on_record(change=changed("trigger-field", "relatedIdentifiers")),
    ),
    # Withdrawn, or in doubt
    *LOSSES,
    # The person said no
    PublishedCase("not mine", ("skip", "not-mine", "blocked"), facts={"blocked": True}),
    PublishedCase(
        "not mine, although chosen",
        ("skip", "not-mine", "blocked"),
        facts={"blocked": True, "source": "back-fill"},
    ),
    PublishedCase(
        "removed in ORCID", ("skip", "removed", "removed-in-orcid"), facts={"standing": "removed-in-orcid"}
    ),
    PublishedCase("removed here", ("skip", "removed", "removed-here"), facts={"standing": "removed-here"}),
    PublishedCase(
        "removed in ORCID, then chosen",
        ("claim", "trigger", "asked-for"),
        facts={"standing": "removed-in-orcid", "source": "back-fill"},
    ),
    PublishedCase(
        "ask me first, and the person said yes",
        ("claim", "trigger", "new"),
        facts={"agreed": True, **rules(ask_first=True)},
    ),
    PublishedCase("refused when asked", ("skip", "refused", "refused"), facts={"refused": True}),
    # Quota, name, permission
    PublishedCase(
        "a full record", ("skip", "quota", "quota"), facts={"works": 10_000}, decided_by=("works", "10000")
    ),
    PublishedCase("a record with room for one more", ("claim", "trigger", "new"), facts={"works": 9_999}),
    PublishedCase(
        "a full record that holds the work",
        ("update", "trigger", "content-changed"),
        facts=on_record(works=10_000, change=changed("content")),
    ),
    PublishedCase(
        "a name that does not fit",
        ("ask", "name", "name-differs"),
        record(creators=[creator(name="Petrov, Ivan", givenName="Ivan", familyName="Petrov")]),
        decided_by=("creators[0]", "Petrov, Ivan"),
    ),
    PublishedCase(
        "the iD stands with a co-author",
        ("claim", "trigger", "new"),
        record(
            creators=[
                creator(name="Petrov, Ivan", givenName="Ivan", familyName="Petrov"),
                creator(None, name="Berg, A.", givenName="A.", familyName="Berg"),
            ]
        ),
    ),
    PublishedCase("a person whose name is private", ("claim", "trigger", "new"), facts={"names": []}),
    PublishedCase(
        "no permission: the claim waits", ("claim", "trigger", "new"), facts={"permission": "missing"}
    ),
    PublishedCase(
        "permission lost: the claim waits", ("claim", "trigger", "new"), facts={"permission": "lost"}
    ),
]
