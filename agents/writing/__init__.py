"""What the composer stands on: the sheet, the text so far, standard answers."""
