"""Forms of inspection, one file a desk. Other floors take the shared fields."""

from .fields import DATE, EstablishmentsField

__all__ = ["DATE", "EstablishmentsField"]
