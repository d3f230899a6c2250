"""The e-mail channel: mails come in by IMAP or SMTP, approved replies leave by SMTP."""
