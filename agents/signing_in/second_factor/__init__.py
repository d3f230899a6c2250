"""The second lock of the door: an app, a key, or a code on paper."""
