"""The shapes of what programs send and get: the source of the OpenAPI description, and of the checks on what is sent."""
