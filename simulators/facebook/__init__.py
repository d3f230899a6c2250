"""Facebook as seen by the Graph API and its webhooks, for one city's page: posts, comments and Messenger."""
