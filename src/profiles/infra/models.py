"""What all workers share and nobody else reads: rate buckets and circuit breakers."""

from django.db import models


class Bucket(models.Model):
    """How many calls to one ORCID client's limit are left, for all processes together."""

    name = models.TextField(primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Breaker(models.Model):
    """Whether an outside service answers at all, for all processes together."""

    service = models.TextField(primary_key=True)
    failures = models.IntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.service
