"""What operators see of the channels: how each account stands, and all that is known of one posting."""
