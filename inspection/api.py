"""The twin of the pages for machines: the same verbs."""

VIEWSETS: list[tuple[str, type, str]] = []
urlpatterns: list = []
