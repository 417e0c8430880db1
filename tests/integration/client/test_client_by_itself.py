"""The Python client as a package that others install without the service."""

import subprocess
import sys
import zipfile

from profiles import __version__
from tests.support.shared import ROOT

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import profiles_client
assert profiles_client.__file__.startswith(sys.argv[1]), profiles_client.__file__
print(profiles_client.Profiles("http://127.0.0.1:1"))
print(sorted(name for name in sys.modules if name in {"django", "profiles", "pydantic", "aiohttp"}))
"""


def test_the_client_is_built_automatically_and_needs_nothing_of_the_service(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]

    subprocess.run(command, cwd=ROOT / "dev/python_client", check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"datacite_profiles_client-{__version__}-py3-none-any.whl"
    files = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert files == {
        f"profiles_client/{file.name}" for file in (ROOT / "src/profiles_client").iterdir() if file.is_file()
    }
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(wheel)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["Profiles('http://127.0.0.1:1')", "[]"]
