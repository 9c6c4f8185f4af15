"""What the canvas says about a plane through a network's parameters: which it is, and how far the run is from it."""

from __future__ import annotations

from ..i18n import tr
from ..numbers import show
from ..plane import PRINCIPAL, START
from ..session import Session


def plane_words(session: Session) -> str:
    """Empty for a surface of two parameters."""
    plane = session.plane
    if not plane.wide:
        return ""
    if plane.lacking:
        return tr("No plane can be made of this run: it does not move, or goes off at once")
    if plane.waiting:
        return tr("The plane is made of the selected run, once it has moved")
    number = (plane.run if plane.run is not None else session.selected) + 1
    kinds = {
        START: tr("Two random directions through the initial weights"),
        PRINCIPAL: tr("Principal components of the path of run {number}", number=number),
    }
    words = kinds.get(plane.kind) or tr("Two random directions through the end of run {number}", number=number)
    if plane.shares:
        words = tr("{plane}: {share} % of its variance", plane=words, share=show(100 * sum(plane.shares), 3))
    run = session.runs[session.selected] if session.selected < len(session.runs) else None
    if run is None or run.computed < 0:
        return words
    away = show(plane.distance(run, min(session.shown_step, run.computed)), 3)
    return f"{words}\n{tr('selected run: {distance} away from the plane', distance=away)}"
