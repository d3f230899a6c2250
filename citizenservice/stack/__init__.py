"""The one-command start: embedded PostgreSQL and Valkey and every process of the service, as supervised children."""
