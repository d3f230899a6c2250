"""What comes in: kept as it arrived, read, and put into the enquiry it belongs to."""
