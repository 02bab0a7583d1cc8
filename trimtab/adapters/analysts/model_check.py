"""Looks, before a model is asked anything, whether its address answers, the key counts and the model exists."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from trimtab.adapters.analysts.attempts import CallLimits, send_within
from trimtab.adapters.analysts.clients import LOOK_AGAIN_AFTER
from trimtab.adapters.analysts.connections import KEY_SETTING
from trimtab.adapters.analysts.transport_failures import SendingFailed
from trimtab.domain.errors import Problem, SettingsError, Unavailable

MODEL_SETTING: Final = "TRIMTAB_MODEL"
ADDRESS_SETTING: Final = "TRIMTAB_MODEL_URL"
_LACKING: Final = (404, 405, 501)
"""What a server answers that doesn't have an endpoint."""

Ask = Callable[[], Awaitable[bytes]]
Shape = TypeVar("Shape", bound=BaseModel)


class _Named(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str


class _Names(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    data: tuple[_Named, ...]


@dataclass(slots=True)
class ModelCheck:
    """How one model is looked up. `own_address` says that the provider itself is asked, whose word is enough; a
    compatible server may know the model and still have no endpoint that says so. What `passed` isn't looked at again,
    until a call finds it otherwise."""

    model: str
    own_address: bool
    retrieve: Ask
    names: Ask
    limits: CallLimits
    passed: bool = False

    async def send(self, call: Ask) -> tuple[bytes, int]:
        """Sends a call within the limits: the answer, and how often it was sent; raises like `send_within`."""
        try:
            return await send_within(self.limits, call)
        except SendingFailed as failed:
            self.passed = self.passed and failed.kind not in LOOK_AGAIN_AFTER
            raise

    async def run(self) -> None:
        """Returns if nothing speaks against asking the model.

        Raises:
            SettingsError: The key, the model or the address is wrong; names the setting.
            Unavailable: The address doesn't answer now.
        """
        if self.passed:
            return
        try:
            body, _ = await send_within(self.limits, self.retrieve)
        except SendingFailed as failed:
            if failed.status not in _LACKING:
                raise _trouble(failed) from None
            await self._look_in_list()
        else:
            _read(_Named, body)
        self.passed = True

    async def _look_in_list(self) -> None:
        if self.own_address:
            raise _unknown_model()
        try:
            body, _ = await send_within(self.limits, self.names)
        except SendingFailed as failed:
            if failed.status not in _LACKING:
                raise _trouble(failed) from None
            return
        if self.model not in {each.id for each in _read(_Names, body).data}:
            raise _unknown_model()


def _read(shape: type[Shape], body: bytes) -> Shape:
    try:
        return shape.model_validate_json(body)
    except ValidationError:
        raise _wrong(ADDRESS_SETTING, "What answers at the model's address isn't the provider's API.") from None


def _trouble(failed: SendingFailed) -> SettingsError | Unavailable:
    if failed.status in (401, 403):
        return _wrong(KEY_SETTING, failed.message)
    if failed.kind == "rejected":
        return _wrong(ADDRESS_SETTING, failed.message)
    return Unavailable(
        failed.message,
        problems=[Problem(ADDRESS_SETTING, failed.message, failed.kind)],
        next_action=f"Try again in a few seconds; if it stays so, look at {ADDRESS_SETTING}.",
    )


def _unknown_model() -> SettingsError:
    return _wrong(MODEL_SETTING, "The provider doesn't know the model.")


def _wrong(setting: str, message: str) -> SettingsError:
    return SettingsError(
        message, problems=[Problem(setting, message)], next_action=f"Correct {setting} and start again."
    )
