"""Which page a link of each purpose opens."""

from __future__ import annotations

from adapters.web.address_page import address_page
from adapters.web.app import Page
from adapters.web.audit_page import audit_page
from adapters.web.calendar_page import calendar_page
from adapters.web.form_page import form_page, page_of_form
from adapters.web.install_pages import connect_page
from adapters.web.my_data_page import my_data_page
from adapters.web.my_page import my_page
from adapters.web.press_page import press_page
from adapters.web.register_page import confirm_page, register_page
from adapters.web.report_page import report_page
from adapters.web.resource_page import cohort_page, picture_page, pictures_page, resource_page, versions_page
from adapters.web.series_file_page import series_file_page
from adapters.web.series_page import facilitators_page
from adapters.web.stick_page import stick_page
from adapters.web.took_along_page import took_along_page
from adapters.web.who_met_page import who_met_page
from adapters.web.zoom_page import zoom_page
from bot.core.links import SERIES_PAGE

PAGES: dict[str, Page] = {
    "calendar": calendar_page,
    "form": form_page,
    "attendance": page_of_form("attendance"),
    "import": page_of_form("import"),
    "connect-slack": connect_page,
    "mine": my_page,
    "press": press_page,
    "register": register_page,
    "register-confirm": confirm_page,
    "confirm-address": address_page,
    "my-data": my_data_page,
    "report": report_page,
    "report-audit": audit_page,
    "start": page_of_form("start"),
    "series-file": series_file_page,
    SERIES_PAGE: facilitators_page,
    "stick": stick_page,
    "took-along": took_along_page,
    "cohort": cohort_page,
    "page": resource_page,
    "page-pictures": pictures_page,
    "page-versions": versions_page,
    "picture": picture_page,
    "zoom-csv": zoom_page,
    "who-met": who_met_page,
}
