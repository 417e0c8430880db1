"""The mailbox of the demo: a page that lists and shows the mails in a folder."""
