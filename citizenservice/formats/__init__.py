"""How dates and times are written where Django's own custom is not ours."""
