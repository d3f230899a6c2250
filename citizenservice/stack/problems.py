"""What keeps the service from starting, said in one sentence with what to do, instead of a traceback."""

import errno


class CannotStart(Exception):
    """A refusal to start whose text is one or two sentences for the person at the terminal."""


def explain(error: OSError) -> CannotStart:
    """Turn the operating system's refusal into words that say what to do."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return CannotStart(f"The disk is full{where}. Free some space, or choose another folder with --data.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return CannotStart(f"Writing is not allowed here{where}. Choose a folder of your own with --data.")
    return CannotStart(f"The operating system refused: {error.strerror}{where}.")
