"""Pages and data for people: device codes, connected services, and their part of the data export."""
