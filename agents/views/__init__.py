"""The desk's pages: fetch through access, check a form, call one service, show the page or go to the next."""
