"""Take in changed DOIs: poll them, receive them by queue, file or event, and decide about them."""
