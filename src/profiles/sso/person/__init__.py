"""Pages and data for people: device codes, connected services, and the sso part of the data export."""
