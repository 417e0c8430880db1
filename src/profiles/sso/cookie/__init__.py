"""The shared ``_datacite`` cookie that DataCite's services read today."""
