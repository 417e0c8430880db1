"""Django's entry for this package."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.pipeline"
    label = "pipeline"
