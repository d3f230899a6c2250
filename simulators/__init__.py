"""Foreign programs that behave like X, Facebook and a mail server, so that tests and the demo run the real clients.

They import nothing of the product and keep their own memory, which is the truth that tests compare against.
"""
