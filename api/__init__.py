"""The door for programs: an organisation's own site or app, and staff's own tools, through the same services."""
