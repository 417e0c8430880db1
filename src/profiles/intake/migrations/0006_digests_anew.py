"""Digest what is kept anew: how records are digested has changed, and no DOI must look changed for that."""

from django.db import migrations

from profiles.domain.records.sighting import read_sighting
from profiles.domain.records.change_detection import digests
from profiles.intake.payload import unpack

_AT_ONCE = 1_000


def digest_anew(apps, schema_editor):
    """Go through all snapshots, by their DOIs."""
    snapshots = apps.get_model('intake', 'DoiSnapshot').objects.order_by('doi')
    batch = list(snapshots[:_AT_ONCE])
    while batch:
        for snapshot in batch:
            marks = digests(read_sighting(unpack(bytes(snapshot.payload))))
            snapshot.trigger_digest, snapshot.content_digest = marks.trigger, marks.content
        snapshots.bulk_update(batch, ['trigger_digest', 'content_digest'])
        batch = list(snapshots.filter(doi__gt=batch[-1].doi)[:_AT_ONCE])


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0005_polling_and_replay'),
    ]

    operations = [
        migrations.RunPython(digest_anew, migrations.RunPython.noop),
    ]
