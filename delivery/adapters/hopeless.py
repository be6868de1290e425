"""What an adapter raises when trying again can't help."""


class Hopeless(RuntimeError):
    """This letter will never leave this way: the number does not exist, the mailbox is closed."""
