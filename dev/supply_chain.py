"""What we install: its licences, a bill of materials, and whether a known vulnerability is among it.

``python -m dev.supply_chain licences | bill | audit``.
"""

import json
import os
import re
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
LOCKS: Final = ("runtime", "otel", "dev", "uv")
BILL: Final = ROOT / "var" / "bill-of-materials.cdx.json"
OSV_URL: Final = "https://api.osv.dev/v1/querybatch"
"""The open database of vulnerabilities; ``OSV_URL`` names another one of its form."""
ALLOWED: Final = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "ISC", "MIT", "MIT-0", "MPL-2.0",
        "PSF-2.0", "Apache Software License", "BSD", "BSD License", "3-Clause BSD License", "MIT License",
        "DFSG approved", "Mozilla Public License 2.0 (MPL 2.0)", "Python Software Foundation License",
        # psycopg: installed as it is and imported, which leaves our licence our own.
        "LGPL-3.0-only",
    }
)  # fmt: skip
"""Licences under which the service may be given away with what it installs, as packages write them."""
READ_BY_US: Final = {
    "atheris": "Apache-2.0",
    "axe-playwright-python": "MIT",
    # Its classifiers add "Other/Proprietary" for the code that it began with, which is under the MIT licence.
    "qrcode": "BSD-3-Clause",
}
"""Packages whose metadata do not say it: read in their LICENSE files."""
_LINE: Final = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)(.*(?:\n +--hash.*)*)", re.MULTILINE)
ON_OTHER_SYSTEMS: Final = frozenset({"colorama", "pywin32", "tzdata"})
"""Installed on Windows only, where the service does not run."""


@dataclass(frozen=True, slots=True)
class Package:
    """One line of the locks."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its address in the notation of bills of materials."""
        return f"pkg:pypi/{self.name}@{self.version}"


def packages(*locks: str) -> list[Package]:
    """Return what these locks install, each once, by name."""
    text = "".join((ROOT / "requirements" / f"{lock}.lock").read_text() for lock in locks or LOCKS)
    found = {}
    for name, version, rest in re.findall(
        r"^([\w.-]+)==([^\s;\\]+)(.*(?:\n +--hash.*)*)", text, re.MULTILINE
    ):
        found[name] = Package(name, version, tuple(re.findall(r"--hash=sha256:(\w+)", rest)))
    return [found[name] for name in sorted(found)]


def licence_of(name: str) -> str:
    """Return a package's licence as an expression; empty if it is not installed here."""
    if name in READ_BY_US:
        return READ_BY_US[name]
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    classified = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    return (
        metadata.get("License-Expression") or " AND ".join(classified) or metadata.get("License") or "unknown"
    )


def is_allowed(expression: str) -> bool:
    """Tell whether a licence is on the list: one of several to choose from, and all that hold together."""
    return any(
        all(part.strip(" ()") in ALLOWED or part in ALLOWED for part in re.split(r"\s+AND\s+", choice))
        for choice in re.split(r"\s+OR\s+", expression)
    )


def refused_licences() -> dict[str, str]:
    """Return packages whose licence is not on the list."""
    licences = {package.name: licence_of(package.name) for package in packages()}
    return {
        name: licence
        for name, licence in licences.items()
        if not is_allowed(licence) and not (licence == "" and name in ON_OTHER_SYSTEMS)
    }


def bill_of_materials() -> dict[str, Any]:
    """Return what the service installs as CycloneDX 1.6; the same locks give the same bytes."""
    components = [
        {
            "type": "library",
            "bom-ref": package.purl,
            "name": package.name,
            "version": package.version,
            "purl": package.purl,
            "hashes": [{"alg": "SHA-256", "content": content} for content in package.hashes],
            "licenses": [{"license": {"name": licence_of(package.name) or "not installed here"}}],
        }
        for package in packages("runtime", "otel")
    ]
    version = re.search(r'__version__ = "(.+?)"', (ROOT / "src/profiles/__init__.py").read_text())
    ours = {"type": "application", "name": "datacite-profiles", "version": version[1] if version else "0"}
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": ours},
        "components": components,
    }


class SourceAwayError(Exception):
    """The database of vulnerabilities cannot be reached, so nothing is known."""


def known_vulnerabilities() -> dict[str, list[str]]:
    """Return the ids of known vulnerabilities by package.

    Raises:
        SourceAwayError: they cannot be looked up.
    """
    listed = packages()
    queries = [{"package": {"purl": package.purl}} for package in listed]
    request = urllib.request.Request(
        os.environ.get("OSV_URL", OSV_URL),
        data=json.dumps({"queries": queries}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            results = json.load(answer)["results"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceAwayError(str(error)) from error
    if len(results) != len(listed):
        raise SourceAwayError("the answer is about other packages")
    found = {
        package.name: [each["id"] for each in result.get("vulns") or ()]
        for package, result in zip(listed, results, strict=True)
    }
    return {name: ids for name, ids in found.items() if ids}


def audit() -> Iterator[str]:
    """Yield one line for each package with a known vulnerability, or why nothing is known."""
    try:
        found = known_vulnerabilities()
    except SourceAwayError as error:
        yield f"NOT CHECKED for known vulnerabilities: their database cannot be reached ({error})"
        return
    yield from (f"{name}: {', '.join(ids)}" for name, ids in found.items())


def main(command: str = "") -> int:
    """Run one of the commands; non-zero when something needs a person."""
    if command == "bill":
        BILL.parent.mkdir(exist_ok=True)
        BILL.write_text(json.dumps(bill_of_materials(), indent=1) + "\n")
        print(f"{BILL.relative_to(ROOT)}: {len(bill_of_materials()['components'])} packages")
        return 0
    if command == "licences":
        lines = [f"{name}: {licence or 'unknown'}" for name, licence in refused_licences().items()]
    elif command == "audit":
        lines = list(audit())
    else:
        print(__doc__)
        return 2
    print(*(lines or [f"{len(packages())} packages: nothing found"]), sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
