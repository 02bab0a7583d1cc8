"""What a run tells its listeners, as JSON objects: how far it is, and at the end the result or the error."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from trimtab.domain.outside_text import clean
from trimtab.server.rest.problems import Described
from trimtab.server.rest.telling import Told, told
from trimtab.workflow.ports.desk import Stage, Step

MESSAGE_LIMIT: Final = 200


class ProgressEvent(BaseModel):
    """A step that is finished; of a stage without batches they are left out."""

    model_config = ConfigDict(frozen=True)

    type: Literal["progress"] = "progress"
    stage: Stage
    message: str
    current_step: int
    total_steps: int
    batch_number: int | None = None
    total_batches: int | None = None


def progress_event(step: Step) -> Told:
    """How far the run is."""
    event = ProgressEvent(
        stage=step.stage,
        message=clean(step.message, MESSAGE_LIMIT),
        current_step=step.done,
        total_steps=step.total,
        batch_number=step.batch,
        total_batches=step.batches,
    )
    return told(event)


def result_event(data: Told) -> Told:
    """The result, the last event of a run that succeeds."""
    return {"type": "result", "data": data}


def error_event(problem: Described) -> Told:
    """The problem document, the last event of a run that fails."""
    return {"type": "error", "error": problem.document}
