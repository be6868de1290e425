"""How forms are drawn: by our own templates."""

from django.forms.renderers import TemplatesSetting


class PageForms(TemplatesSetting):
    """Labels, hints and errors wired to their fields for screen readers."""

    field_template_name = "forms/field.html"
