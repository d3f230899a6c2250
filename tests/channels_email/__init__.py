"""Tests of the e-mail channel: real SMTP, real IMAP, and a corpus of mails as they really come."""
