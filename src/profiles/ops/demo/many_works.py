"""A researcher with a long name and 500 works: the demo shows with her what pages do at size."""

from typing import Any, Final

MANY: Final = "0009-0001-0000-0129"
MANY_GIVEN: Final = "Maximiliana Wilhelmine Friederike"
MANY_FAMILY: Final = "von Hohenstaufen-Schleswig-Holstein-Sonderburg y Fernández de Córdoba"
MANY_NAME: Final = f"{MANY_GIVEN} {MANY_FAMILY}"
MANY_WORKS: Final = 500
_TITLES: Final = (
    "Sea-ice thickness from airborne electromagnetic sounding, flight {n}",
    (
        "A remarkably long title about the long-term variability of dissolved organic carbon, nitrogen and "
        "phosphorus in the surface waters of the eastern Weddell Sea between 1998 and 2026, part {n}"
    ),
    "Ozon über der Neumayer-Station, Sondierung {n}",
    "南极海冰厚度数据集 第{n}号",
    "قياسات سماكة الجليد البحري، الجزء {n}",
    "Plankton counts, net haul {n}",
    "icepack {n}.0: a model of sea-ice thermodynamics",
)
_TYPES: Final = ("Dataset", "Dataset", "Image", "Dataset", "Text", "Dataset", "Software")
_REPOSITORIES: Final = (
    "Example Polar Archive",
    "Demo Repository",
    "Oceanographic Data Centre of the Universities of the North",
    "Station Reports",
    "Demo Journal",
)


def works_of_many() -> list[dict[str, Any]]:
    """Return her works as records of DataCite, oldest first."""
    return [_work(number) for number in range(1, MANY_WORKS + 1)]


def _work(number: int) -> dict[str, Any]:
    year = 1998 + number * 28 // MANY_WORKS
    day = f"{year}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    kind = number % len(_TITLES)
    doi = f"10.5072/many-{number:03d}"
    attributes = {
        "doi": doi,
        "titles": [{"title": _TITLES[kind].format(n=number)}],
        "creators": [
            {
                "name": f"{MANY_FAMILY}, {MANY_GIVEN}",
                "nameType": "Personal",
                "givenName": MANY_GIVEN,
                "familyName": MANY_FAMILY,
                "nameIdentifiers": [
                    {
                        "nameIdentifier": f"https://orcid.org/{MANY}",
                        "nameIdentifierScheme": "ORCID",
                        "schemeUri": "https://orcid.org",
                    }
                ],
            }
        ],
        "publisher": _REPOSITORIES[number % len(_REPOSITORIES)],
        "publicationYear": year,
        "types": {"resourceTypeGeneral": _TYPES[kind], "resourceType": _TYPES[kind]},
        "url": f"https://repository.example/many/{number}",
        "state": "findable",
        "isActive": True,
        "metadataVersion": 0,
        "created": f"{day}T08:00:00.000Z",
        "registered": f"{day}T08:00:00.000Z",
        "published": str(year),
        "updated": f"{day}T08:00:00.000Z",
    }
    client = {"client": {"data": {"id": "demo.repository", "type": "clients"}}}
    return {"id": doi, "type": "dois", "attributes": attributes, "relationships": client}
