"""Files in and out: what they are, who may see them, and that only approved bytes leave."""
