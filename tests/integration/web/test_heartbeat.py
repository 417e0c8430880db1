import pytest


@pytest.mark.django_db
def test_the_heartbeat_says_ok_to_a_load_balancer_that_asks_by_address(client):
    answer = client.get("/heartbeat", HTTP_HOST="127.0.0.1")

    assert (answer.status_code, answer.content) == (200, b"OK")


@pytest.mark.django_db
def test_every_migration_is_written(django_db_setup):
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run")
