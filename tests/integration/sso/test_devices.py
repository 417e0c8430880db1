import pytest

from profiles.accounts.bearer import authenticate_bearer
from profiles.sso import limits
from profiles.sso.protocol import devices, provider
from tests.support import sso

pytestmark = pytest.mark.django_db


@pytest.fixture
def tool(client):
    sso.person(client)
    return sso.register(grant_types=[provider.DEVICE, provider.REFRESH], redirect_uris=[])


def begin(client, tool: sso.Party) -> dict:
    return tool.post(client, "/oauth/device", {"scope": "openid offline_access"}).json()


def poll(client, tool: sso.Party, begun: dict):
    form = {"grant_type": provider.DEVICE, "device_code": begun["device_code"]}
    return tool.post(client, "/oauth/token", form)


def answer(client, begun: dict, said: str):
    asked = client.post("/device", {"user_code": begun["user_code"]})
    assert asked.status_code == 200
    return client.post("/device", {"user_code": begun["user_code"], "answer": said})


def test_a_device_waits_for_its_person_and_is_slowed_down_when_it_asks_too_often(client, tool):
    begun = begin(client, tool)

    errors = [poll(client, tool, begun).json()["error"] for _ in range(2)]

    assert begun["interval"] == devices.INTERVAL
    assert errors == ["authorization_pending", "slow_down"]


@pytest.mark.parametrize(
    ("is_ours", "words"), [(True, "is a service of DataCite"), (False, "is not a service of")]
)
def test_before_the_yes_it_is_said_whose_the_device_s_program_is(client, is_ours, words):
    sso.person(client)
    tool = sso.register(grant_types=[provider.DEVICE], redirect_uris=[], is_first_party=is_ours)
    begun = begin(client, tool)

    page = client.post("/device", {"user_code": begun["user_code"]}).content.decode()

    assert words in page


def test_a_link_with_the_code_is_not_yet_a_yes(client, tool):
    begun = begin(client, tool)

    assert client.get("/device", {"user_code": begun["user_code"]}).status_code == 200
    assert poll(client, tool, begun).json()["error"] == "authorization_pending"


def test_a_device_gets_its_tokens_once_and_a_second_time_takes_them_back(client, tool):
    begun = begin(client, tool)
    answer(client, begun, "yes")

    tokens = poll(client, tool, begun).json()
    assert authenticate_bearer(tokens["access_token"]) is not None
    again = poll(client, tool, begun)

    assert again.json()["error"] == "invalid_grant"
    assert authenticate_bearer(tokens["access_token"]) is None
    assert tool.refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_device_whose_person_says_no_is_told(client, tool):
    begun = begin(client, tool)
    answer(client, begun, "no")

    assert poll(client, tool, begun).json()["error"] == "access_denied"


def test_a_device_code_that_no_one_gave_out_is_refused_as_such(client, tool):
    assert poll(client, tool, {"device_code": "invented"}).json()["error"] == "invalid_grant"


def test_codes_of_devices_cannot_be_guessed(client, tool, clean_cache):
    begun = begin(client, tool)

    tried = [client.post("/device", {"user_code": "BBBB-BBBB"}) for _ in range(limits.DEVICE_CODES.most)]
    right = client.post("/device", {"user_code": begun["user_code"], "answer": "yes"})

    assert {one.status_code for one in tried} == {404}
    assert right.status_code == 429
    assert poll(client, tool, begun).json()["error"] == "authorization_pending"
