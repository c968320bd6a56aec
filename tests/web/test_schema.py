"""What the OpenAPI says is what is answered, whatever is sent."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings

from manyhands.web.app import studio_app
from manyhands.web.desk import Desk
from manyhands.web.door import COOKIE, HEADER
from tests.web.conftest import KEY, ME, put_down

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    checks_of_it = pytest.importorskip("schemathesis.specs.openapi.checks")

LEFT_OUT = ("/api/events",)  # it never ends
EACH = 8
SENT = {"host": "127.0.0.1", HEADER: "1", "cookie": f"{COOKIE}={KEY}"}


@pytest.fixture
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """The studio, which carries no orders out and opens no upload: what is asked is asked at random."""
    monkeypatch.setattr("manyhands.web.hands.Hands.take_up", lambda self: None)
    made = studio_app(Desk(folder, ME.name), key=KEY)
    yield made
    put_down(folder)


def operations(app: FastAPI) -> list[Any]:
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    found = [one.ok() for one in schema.get_all_operations()]
    return [one for one in found if one.path not in LEFT_OUT]


def asked_of(operation: Any, faults: list[str]) -> Callable[..., None]:
    """What is tried of one operation, with every fault told."""

    @settings(
        max_examples=EACH, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def one(case: Any) -> None:
        answer = case.call(base_url="http://127.0.0.1", headers=SENT)
        checks = [
            schemathesis.checks.not_a_server_error, checks_of_it.response_schema_conformance,
            checks_of_it.content_type_conformance,
        ]  # fmt: skip
        if answer.status_code in (503, 507):  # the machine's own bounds, as an answer
            checks = checks[1:]
        try:
            case.validate_response(answer, checks=checks)
        except BaseException as fault:
            faults.append(f"{operation.method} {operation.path}: {str(fault)[:600]}")

    return one


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_whatever_is_sent_is_answered_as_the_openapi_says(app: FastAPI) -> None:
    faults: list[str] = []
    with TestClient(app, base_url="http://127.0.0.1"):
        for operation in operations(app):
            given(case=operation.as_strategy())(asked_of(operation, faults))()
    assert not faults, "\n".join(faults[:10])


def test_every_answer_that_refuses_has_its_shape_in_the_openapi(app: FastAPI) -> None:
    schema = app.openapi()
    for path, operations_ in schema["paths"].items():
        for method, one in operations_.items():
            told = one["responses"]
            assert "422" not in told, (method, path)
            if path not in LEFT_OUT:
                shape = told["default"]["content"]["application/json"]["schema"]["$ref"]
                assert shape == "#/components/schemas/Told", (method, path)
    assert set(schema["components"]["schemas"]["Trouble"]["required"]) == {"kind", "what", "fix", "about", "status"}
