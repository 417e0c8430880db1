"""The use cases, one sub-package for each feature: the only place that joins the data packages."""
