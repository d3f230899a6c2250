"""X as seen by its API v2 and its webhooks, for one account of a city and any number of citizens."""
