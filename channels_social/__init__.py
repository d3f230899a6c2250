"""X and Facebook: how citizens' posts and messages reach the service, and how approved replies get back."""
