"""The page in a notebook: a widget that shows a session and that Python controls."""

from collections.abc import Mapping, Sequence
from typing import Any

from pbwm.compare.errors import ViewError
from pbwm.compare.view.assets import script, style
from pbwm.compare.view.loading import Cast, cast_of
from pbwm.compare.view.messages import Message
from pbwm.compare.view.session import Session
from tasks.base.learner import Population
from tasks.base.task import Task

try:
    from anywidget import AnyWidget
except ImportError as error:
    raise ViewError(f"the widget needs {error.name}; install it with: pip install 'pbwm[view]'") from None

__all__ = ["View"]


class View(AnyWidget):
    """The view as a widget, in JupyterLab, VS Code and marimo.

    Parameters
    ----------
    networks
        A session, a cast (`pbwm.compare.view.untrained_cast`, `run_cast`), a population, or several by model.
    task
        The task of populations; by default, that of the catalog.
    network
        The network to show first; see `Session`.

    Attributes
    ----------
    session : Session
        The session, whose methods are everything that a page can request.

    Examples
    --------
    >>> from pbwm.compare.view import View, untrained_cast
    >>> view = View(untrained_cast("sir2", ["lstm"], networks=2))
    >>> view.step()
    >>> view.network = 1
    >>> view.network, view.session.state()["length"]
    (1, 0)
    """

    _esm = script()
    _css = style()

    def __init__(
        self,
        networks: Session | Cast | Population | Mapping[str, Population],
        task: Task | None = None,
        *,
        network: int | None = None,
    ) -> None:
        super().__init__()
        if isinstance(networks, Population):
            networks = {networks.name: networks}
        if isinstance(networks, Mapping):
            networks = cast_of(networks, task)
        self.session = networks if isinstance(networks, Session) else Session(networks, network)
        self._end = self.session.listen(self._say)
        self.on_msg(self._asked)

    def _say(self, message: Message) -> None:
        if isinstance(message, bytes):
            self.send({"type": "binary"}, [message])
        else:
            self.send(message)

    def _asked(self, _widget: Any, asked: Any, _buffers: Sequence[Any]) -> None:
        for message in self.session.handle(asked):
            self._say(message)

    def step(self, steps: int = 1) -> None:
        """Run steps."""
        for _ in range(steps):
            self.session.step()

    @property
    def network(self) -> int:
        """Number of the shown network; a new one begins with its first step."""
        return self.session.network

    @network.setter
    def network(self, network: int) -> None:
        self.session.show_network(network)

    def close(self) -> None:
        """Close the widget; the session continues."""
        self._end()
        super().close()
