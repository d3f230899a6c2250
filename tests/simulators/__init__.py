"""The simulators are judged over the wire, by the real clients and by the platforms' own descriptions."""
