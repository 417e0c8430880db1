"""The use cases, one sub-package a feature: the only place that joins the data packages."""
