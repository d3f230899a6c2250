"""The service: what arrives, who answers it, who approves it, and what left the building. No HTTP in here."""
