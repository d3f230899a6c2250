"""Files that came and files that leave: kept, fetched, scanned, and sent as the approved bytes."""
