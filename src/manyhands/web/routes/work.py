"""Orders: what is being made, and stopping it."""

from __future__ import annotations

from fastapi import APIRouter

from manyhands.actions import orders
from manyhands.actions.orders import Standing
from manyhands.web.desk import By, InStudio

router = APIRouter(prefix="/api/orders", tags=["orders"])


@router.get("")
def every(studio: InStudio) -> list[Standing]:
    """All orders, oldest first, with how far each is."""
    return orders.standings(studio)


@router.get("/{order}")
def one(studio: InStudio, order: str) -> Standing:
    """How far an order is."""
    return orders.standing(studio, order)


@router.post("/{order}/stop")
def stop(studio: InStudio, by: By, order: str) -> Standing:
    """Stop an order; what it made so far is kept."""
    return orders.stop(studio, by, order)
