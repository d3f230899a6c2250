"""The Facebook channel: comments on the page and Messenger messages in, answers to both out."""
