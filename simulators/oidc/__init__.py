"""A simulated identity provider (OpenID Connect): people of the city choose who they are, and no password is asked."""
