"""What only a browser can tell: whether the pages can be used, seen and read by everybody."""
