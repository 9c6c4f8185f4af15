"""The panels below the plots, one of them shown: the inspector, the critical points, and what there is of a network."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ..critical import Critical
from ..i18n import tr
from ..local_model import LocalModelAt
from ..network.panel import NetworkPanel
from ..network.ratio import RatioPanel
from ..session import Session
from .critical import CriticalPanel
from .inspector import InspectorPanel
from .tabs import Tabs


class Side(Tabs):
    """Offers the panels of a network only where one is trained; brings forward what a lesson speaks of."""

    def __init__(self, session: Session, critical: Critical, model: LocalModelAt) -> None:
        super().__init__()
        self._session = session
        self._wanted = session.scenario.panel
        self.inspector = InspectorPanel(session)
        self.critical = CriticalPanel(critical, model)
        self.network, self.ratio = NetworkPanel(session), RatioPanel(session)
        self.name(lambda: tr("What is shown below"))
        self.add(self.inspector, lambda: tr("Inspector"))
        self.add(self.critical, lambda: tr("Critical points"))
        self.add(self.network, lambda: tr("Network"))
        self.add(self.ratio, lambda: tr("Minimum ratio"))
        session.plane.changed.connect(self._offer_network)
        self._offer_network()

    def bring(self, name: str) -> None:
        """Show one of `scenario.PANELS`, as soon as it is to be had; '' leaves what is shown."""
        self._wanted = name
        self._bring_wanted()

    def _bring_wanted(self) -> None:
        panels: dict[str, QWidget] = {
            "inspector": self.inspector,
            "critical points": self.critical,
            "network": self.network,
            "minimum ratio": self.ratio,
        }
        panel = panels.get(self._wanted)
        if panel is not None and self.is_shown(panel):
            self._wanted = ""
            self.show_panel(panel)

    def _offer_network(self) -> None:
        for panel in (self.network, self.ratio):
            self.set_shown(panel, self._session.plane.wide)
        self._bring_wanted()

    def close_workers(self) -> None:
        """End the threads."""
        self.network.close_worker()
        self.ratio.close_worker()
