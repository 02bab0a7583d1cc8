"""Orders: previewed, executed once people have approved them elsewhere, followed and cancelled."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from trimtab.domain.errors import Blocked, InvalidInput
from trimtab.server.following import looks, step_of
from trimtab.server.rest.addresses import SESSION
from trimtab.server.rest.asking import InBody, InQuery
from trimtab.server.rest.camel import told_twin
from trimtab.server.rest.openapi import problems, streams, successful
from trimtab.server.rest.paging import asked_page, with_tied_cursor
from trimtab.server.rest.runs import Job, Runs
from trimtab.server.rest.streams import resumed, stream_of, wants_stream
from trimtab.server.rest.telling import NOT_KEPT, answer, told
from trimtab.tools.context import AppContext
from trimtab.workflow.ports.desk import Progress
from trimtab.workflow.ports.execution import CancelOrders, ExecutionStatus, GetExecutionStatus, OrdersCancelled
from trimtab.workflow.ports.requests import ExecuteOrders, PreviewOrders
from trimtab.workflow.ports.results import OrderPreview, OrdersExecuted, Result

A_PERSON_HELPS: Final = frozenset({"approval_missing", "approval_expired", "approval_before_kill", "four_eyes"})
"""Rules that refuse only as long as a person hasn't approved."""
ASK_ELSEWHERE: Final = (
    "Nobody can be asked here. A person runs `trimtab approve SESSION_ID --as NAME`; then send the same request again."
)


class ExecutionOperations:
    """What reaches the records and the order system; a server that is read-only hasn't got these."""

    def __init__(self, app: AppContext, runs: Runs) -> None:
        self._app = app
        self._runs = runs

    def add_to(self, api: APIRouter) -> None:
        """Gives each its address."""
        read, changed = problems(with_body=False), problems(with_body=True)
        api.get(f"{SESSION}/order-preview", response_model=told_twin(OrderPreview), responses=read)(self.preview_orders)
        api.post(f"{SESSION}/execute", response_model=told_twin(OrdersExecuted), responses=changed)(self.execute_orders)
        api.get(f"{SESSION}/execution-status", response_model=successful(ExecutionStatus), responses=read | streams())(
            self.get_execution_status
        )
        api.post(f"{SESSION}/cancel-orders", response_model=told_twin(OrdersCancelled), responses=changed)(
            self.cancel_orders
        )

    async def preview_orders(self, asked: Annotated[PreviewOrders, Depends(InQuery(PreviewOrders))]) -> Response:
        """The orders of the plan in Review as they would be sent, with every check, limit and missing approval."""
        page = asked_page(asked)
        orders = await self._app.orders()
        return answer(with_tied_cursor(await orders.preview(self._app.caller, asked), page))

    async def execute_orders(self, asked: Annotated[ExecuteOrders, Depends(InBody(ExecuteOrders))]) -> Response:
        """Sends the orders of exactly the plan with this hash, once, if people have approved it.

        They approve by `trimtab approve` or at a client over MCP. The same request again never orders twice.
        """
        orders = await self._app.orders()
        try:
            return answer(await orders.execute(self._app.caller, asked))
        except Blocked as error:
            raise _with_who_helps(error) from error

    async def get_execution_status(
        self, http: Request, asked: Annotated[GetExecutionStatus, Depends(InQuery(GetExecutionStatus))]
    ) -> Response:
        """How far the orders are; asks the order system first, and sends buys whose cash has arrived.

        With `Accept: text/event-stream` the answer is an event stream that ends when all orders have.
        """
        if wants_stream(http):
            return await self._followed(http, asked)
        page = asked_page(asked)
        orders = await self._app.orders()
        status = with_tied_cursor(await orders.execution_status(self._app.caller, asked), page)
        return JSONResponse({"success": True, **told(status)}, headers=NOT_KEPT)

    async def cancel_orders(self, asked: Annotated[CancelOrders, Depends(InBody(CancelOrders))]) -> Response:
        """Cancels what isn't filled of these orders, or of all; what is filled stays filled."""
        orders = await self._app.orders()
        return answer(await orders.cancel(self._app.caller, asked))

    async def _followed(self, http: Request, asked: GetExecutionStatus) -> Response:
        if asked.cursor is not None:
            raise InvalidInput("A stream begins with the first page.", field="cursor", next_action="Leave it away.")
        job = Job(self._app.caller, asked)
        goes_on = resumed(http, job=job, runs=self._runs)
        if goes_on is not None:
            return goes_on
        page = asked_page(asked)
        orders = await self._app.orders()
        # What is wrong with the session is an ordinary answer, and not the first event of a stream.
        status = await orders.execution_status(job.caller, asked)

        async def work(progress: Progress) -> Result:
            found = status
            pause_seconds = self._runs.pace.follow_every_seconds
            async for found in looks(orders, job.caller, request=asked, every_seconds=pause_seconds):
                if not found.done:
                    await progress(step_of(found))
            return with_tied_cursor(found, page)

        return stream_of(self._runs.join(job, work, version=status.version), self._runs)


def _with_who_helps(error: Blocked) -> Blocked:
    """The refusal; where an approval is all that is missing it says where a person gives one."""
    rules = {problem.code for problem in error.problems}
    if rules and rules <= A_PERSON_HELPS:
        return Blocked(error.message, problems=error.problems, next_action=ASK_ELSEWHERE)
    return error
