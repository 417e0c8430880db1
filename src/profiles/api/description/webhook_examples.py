"""Examples for webhooks and the repository view; tests hold them against the shapes."""

from typing import Any, Final

_HOOK: Final = "5f1c1f0e-6a52-4b65-8e0f-1a51c4f5b0a7"
_MESSAGE: Final = "0a9b3f8d-1c57-4df4-a6c9-7a2f6f8f6f11"
_HERE: Final = "https://profiles.datacite.org"
_CHANGED: Final = {
    "name": "Claims agent",
    "url": "https://agent.example.org/hooks/profiles",
    "events": ["claim.done", "claim.failed"],
    "own": False,
    "active": True,
    "stoppedBecause": None,
    "failingSince": None,
    "created": "2026-03-02T09:00:00.000Z",
}


def _hook(**more: Any) -> dict[str, Any]:
    return {"id": _HOOK, "type": "webhooks", "attributes": {**_CHANGED, **more}}


_SECRET: Final = {"secret": "whsec_c2hvd24gb25jZSwga2VwdCBieSB5b3U="}
_CONTENT: Final = {
    "type": "claim.done",
    "timestamp": "2026-03-02T09:03:04.000Z",
    "data": {"event": "claim-1", "id": "d140d44e-af70-43ec-a90b-49878a954487", "type": "claims"},
}
_DELIVERY: Final = {
    "id": _MESSAGE,
    "type": "deliveries",
    "attributes": {
        "event": "claim.done",
        "state": "delivered",
        "created": "2026-03-02T09:03:05.000Z",
        "nextTry": None,
        "tries": [{"at": "2026-03-02T09:03:05.000Z", "seconds": 0.12, "status": 200, "problem": None}],
        "message": _CONTENT,
    },
}
ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "list_webhooks": {"data": [_hook()]},
    "create_webhook": {"data": _hook(**_SECRET)},
    "show_webhook": {"data": _hook()},
    "change_webhook": {"data": _hook(active=False, stoppedBecause="switched off")},
    "delete_webhook": {"data": _hook()},
    "renew_webhook_secret": {"data": _hook(**_SECRET)},
    "ping_webhook": {"data": _hook()},
    "list_deliveries": {
        "data": [_DELIVERY],
        "meta": {"delivered": 1},
        "links": {"self": f"{_HERE}/webhooks/{_HOOK}/deliveries"},
    },
    "replay_deliveries": {"replayed": 3},
    "show_confirmations": {
        "data": {
            "id": "10.5438/4hr0-d640",
            "type": "confirmations",
            "attributes": {
                "doi": "https://doi.org/10.5438/4hr0-d640",
                "confirmed": ["https://orcid.org/0000-0002-1825-0097"],
            },
        }
    },
    "show_repository": {
        "data": {
            "id": "datacite.test",
            "type": "repositories",
            "attributes": {
                "metadata": {
                    "at": "2026-03-02T03:00:00.000Z",
                    "dois": 2000,
                    "isComplete": False,
                    "creators": 5210,
                    "creatorsWithOrcidId": 2310,
                    "share": 0.4434,
                    "malformedTotal": 1,
                    "malformed": [
                        {
                            "doi": "10.5438/4hr0-d640",
                            "field": "creators[0].nameIdentifiers[0]",
                            "value": "https://orcid.org/0000-0002-1825-0098",
                        }
                    ],
                },
                "onRecords": 812,
                "confirmed": 57,
                "refused": [
                    {
                        "code": "missing-data",
                        "title": "Missing data",
                        "remedy": "Ask the repository to complete the metadata of the DOI.",
                        "count": 17,
                    }
                ],
                "skipped": [
                    {
                        "code": "related-work",
                        "title": "The DOI says that it belongs to another work.",
                        "remedy": "Add the work with Search & Link, or allow parts under Settings.",
                        "count": None,
                    }
                ],
            },
        }
    },
}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "create_webhook": {
        "webhook": {name: _CHANGED[name] for name in ("name", "url", "events")},
    },
    "change_webhook": {"webhook": {"active": False}},
    "replay_deliveries": {"replay": {"since": "2026-03-01T00:00:00Z", "onlyFailed": True}},
}
