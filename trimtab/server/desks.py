"""The desks of a process with what they hold open, each made when the first call needs it."""

from collections.abc import Callable
from dataclasses import dataclass

from trimtab.adapters.analysts.clients import ModelClient
from trimtab.server.once import Closable, Once, close_all
from trimtab.workflow.ports.desk import Deliverer, OrderDesk, SessionKeeper, TradingDesk
from trimtab.workflow.ports.factors import FactorDesk
from trimtab.workflow.ports.frameworks import FrameworkDesk
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.signals import SignalDesk
from trimtab.workflow.ports.stores import SessionStore


@dataclass(frozen=True, slots=True)
class BackOffice:
    """Who makes orders of plans, who keeps sessions in the records, and who brings orders to the order system."""

    orders: OrderDesk
    keeper: SessionKeeper
    delivery: Deliverer

    @property
    def records(self) -> RecordStore:
        """Where approvals and orders are recorded."""
        return self.delivery.records

    async def close(self) -> None:
        """Lets go of records and order system."""
        await close_all(self.delivery.system, self.records)


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """A desk with the store that it works on, its back office, the client of the language model that judges, if any,
    and the records of portfolios that follow frameworks."""

    desk: TradingDesk
    store: SessionStore
    office: BackOffice
    client: ModelClient | None = None
    frameworks: Closable | None = None

    async def close(self) -> None:
        """Lets go of what the desk holds."""
        await close_all(self.client, self.office, self.store, self.frameworks)


MakeDesk = Callable[[], OpenDesk]


class DeskOnNeed(Once[OpenDesk]):
    """The trading desk of a process."""

    async def get(self) -> TradingDesk:
        """The desk."""
        return (await self.opened()).desk

    async def orders(self) -> OrderDesk:
        """Who makes orders of the desk's plans."""
        return (await self.opened()).office.orders


@dataclass(frozen=True, slots=True)
class OpenFrameworks:
    """Allocation frameworks, with what keeps them, the reference data, and the client of a language model, if any."""

    desk: FrameworkDesk
    kept: Closable
    reference: Closable
    client: ModelClient | None = None

    async def close(self) -> None:
        """Lets go of all."""
        await close_all(self.client, self.kept, self.reference)


MakeFrameworks = Callable[[], OpenFrameworks]


class FrameworksOnNeed(Once[OpenFrameworks]):
    """The framework desk of a process."""

    async def get(self) -> FrameworkDesk:
        """The desk."""
        return (await self.opened()).desk


@dataclass(frozen=True, slots=True)
class OpenFactors:
    """Factor intelligence, and the reference data that it reads."""

    desk: FactorDesk
    reference: Closable

    async def close(self) -> None:
        """Lets go of the reference data."""
        await self.reference.close()


MakeFactors = Callable[[], OpenFactors]


class FactorsOnNeed(Once[OpenFactors]):
    """The factor desk of a process."""

    async def get(self) -> FactorDesk:
        """The desk."""
        return (await self.opened()).desk


@dataclass(frozen=True, slots=True)
class OpenSignals:
    """Alpha signals, with the reference data that they read and the records that keep them."""

    desk: SignalDesk
    reference: Closable
    records: Closable

    async def close(self) -> None:
        """Lets go of both."""
        await close_all(self.reference, self.records)


MakeSignals = Callable[[], OpenSignals]


class SignalsOnNeed(Once[OpenSignals]):
    """The signal desk of a process."""

    async def get(self) -> SignalDesk:
        """The desk."""
        return (await self.opened()).desk
