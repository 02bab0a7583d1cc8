"""The operations as a page to read and try, made of files that came with the server: it needs no other one."""

from typing import Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from trimtab.server.rest.addresses import DOCS, OPENAPI

FILES: Final = f"{DOCS}/files"
_PACKAGE: Final = ("fastapi_offline", "static")
_ONLY_FROM_HERE: Final = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page may load nothing from elsewhere. Inline is what the framework writes; nothing from outside is in it."""


def add_page(app: FastAPI) -> None:
    """The page, and the files that it loads."""
    app.add_api_route(DOCS, _page, include_in_schema=False)
    app.mount(FILES, StaticFiles(packages=[_PACKAGE]))


async def _page() -> Response:
    page = get_swagger_ui_html(
        openapi_url=OPENAPI,
        title="Trimtab",
        swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{FILES}/swagger-ui.css",
        swagger_favicon_url=f"{FILES}/favicon.png",
        swagger_ui_parameters={"defaultModelsExpandDepth": 0, "validatorUrl": None},
    )
    page.headers["Content-Security-Policy"] = _ONLY_FROM_HERE
    return page
