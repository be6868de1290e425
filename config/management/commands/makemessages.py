from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's own, which also knows the names under which this house imports gettext: ``_now`` at once, ``_l`` lazily."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_now", "--keyword=_l"]
