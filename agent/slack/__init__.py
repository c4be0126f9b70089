"""The Slack front end; imported where it is started, so that the prompt need not wait for it."""


class NotConfiguredError(Exception):
    """A token is missing; the message says which, and where it comes from."""
