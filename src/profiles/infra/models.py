"""What all workers share and nobody else reads: how fast a service may be called, and whether at all."""

from django.db import models


class Bucket(models.Model):
    """How many calls a service takes from us now, for all processes together.

    ``failures`` above 0 means that it did not answer lately: then one call at a time probes it.
    """

    name = models.TextField(primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)
    failures = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name
