"""Words that were agreed beforehand: kept, approved, and put into a reply."""
