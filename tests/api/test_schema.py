"""The schema: kept in the repository, whole, and true."""

import inspect
import io
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from rest_framework import serializers

KEPT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


def test_the_schema_in_the_repository_is_the_one_the_api_gives(tmp_path):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True, stderr=io.StringIO())
    assert made.read_text() == KEPT.read_text(), (
        "write it again: .venv/bin/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"
    )


def every_serializer(kind=serializers.BaseSerializer):
    for sub in kind.__subclasses__():
        if sub.__module__.split(".")[0] in apps.app_configs:
            yield sub
        yield from every_serializer(sub)


def test_every_serializer_names_its_fields():
    found = set(every_serializer())
    assert len(found) > 30
    for serializer in found:
        meta = getattr(serializer, "Meta", None)
        if meta and hasattr(meta, "model"):
            assert isinstance(meta.fields, list), serializer
            assert not hasattr(meta, "exclude"), serializer


def test_no_state_is_taken_by_a_serializer():
    for serializer in set(every_serializer()):
        if serializer.__name__.endswith(("Sent", "Begun")):
            assert "status" not in serializer().fields, serializer


def test_everything_in_the_schema_says_what_it_does():
    import yaml

    schema = yaml.safe_load(KEPT.read_text())
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict):
                assert operation.get("description"), f"{method} {path}"
    for view in (s for s in set(every_serializer())):
        assert inspect.getdoc(view), view


def test_no_answer_shows_a_key_of_the_database():
    import yaml

    for name, shape in yaml.safe_load(KEPT.read_text())["components"]["schemas"].items():
        assert not {"id", "pk", "token", "hash", "password"} & set(shape.get("properties", {})), name
