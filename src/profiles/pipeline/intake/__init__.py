"""Changed DOIs on their way in: polled, announced by queue or file, received as events, and decided on."""
