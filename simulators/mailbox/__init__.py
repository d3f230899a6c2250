"""A mail server of its own: SMTP for everybody, IMAP for the city, and a page with the citizens' mailboxes."""
