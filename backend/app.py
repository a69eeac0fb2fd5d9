"""create_app(): the one module that knows every domain."""

from pathlib import Path

from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from backend import catalog, db, handoff, health, hints, identity, notify, queue, records, visits
from backend.appointments import call_pages as appointments_calls
from backend.appointments import console as appointments_console
from backend.appointments import console_booking as appointments_booking
from backend.appointments import console_closing as appointments_closing
from backend.appointments import console_copy as appointments_copy
from backend.appointments import console_deliveries as appointments_deliveries
from backend.appointments import console_export as appointments_export
from backend.appointments import console_pauses as appointments_pauses
from backend.appointments import console_policy as appointments_policy
from backend.appointments import console_week as appointments_week
from backend.appointments import link_pages as appointments_links
from backend.appointments import month_pages as appointments_month
from backend.appointments import pause_pages as appointments_pause
from backend.appointments import routes as appointments_routes
from backend.appointments import voucher as appointments_voucher
from backend.appointments import waiting_pages as appointments_waiting
from backend.cases import case_pages as case_deeds
from backend.cases import console as case_console
from backend.cases import custody_pages as case_custody
from backend.cases import custody_parcel_pages as case_parcels
from backend.cases import document_pages as case_documents
from backend.cases import mail_pages as case_mail
from backend.cases import own_pages as case_own
from backend.cases import paper_pages as case_papers
from backend.cases import promise_pages as case_promises
from backend.cases import result_pages as case_results
from backend.cases import supplement_pages as case_supplements
from backend.catalog import routes as catalog_routes
from backend.crossregion import bundles_pages as crossregion_bundles
from backend.crossregion import consent_pages as crossregion_consent
from backend.crossregion import desk_pages as crossregion_desk
from backend.crossregion import eligible_pages as crossregion_items
from backend.crossregion import export_pages as crossregion_exports
from backend.crossregion import figures_pages as crossregion_figures
from backend.crossregion import intake_pages as crossregion_intake
from backend.crossregion import mandate_pages as crossregion_mandates
from backend.crossregion import phone_pages as crossregion_phone
from backend.crossregion import sat_pages as crossregion_sat
from backend.esign import routes as esign_routes
from backend.handoff import call_back_pages as handoff_call_backs
from backend.handoff import guest_pages as handoff_guests
from backend.handoff import officer_pages as handoff_officer
from backend.handoff import phone_pages as handoff_phone
from backend.handoff import presence as handoff_presence
from backend.handoff import recording_look_pages as handoff_replays
from backend.handoff import recording_pages as handoff_recordings
from backend.handoff import redirect_pages as handoff_redirect
from backend.handoff import room_pages as handoff_room
from backend.handoff import running_pages as handoff_running
from backend.handoff import self_check_pages as handoff_self_check
from backend.handoff import sitting_pages as handoff_sitting
from backend.handoff import skill_pages as handoff_skills
from backend.handoff import still_pages as handoff_stills
from backend.handoff import wire as handoff_wire
from backend.home import data_pages as home_data
from backend.home import matter_pages as home_matters
from backend.home import routes as home_routes
from backend.identity import routes as identity_routes
from backend.notify import messages_pages as notify_messages
from backend.notify import preference_pages as notify_preferences
from backend.notify import push_pages as notify_pushes
from backend.notify import routes as notify_routes
from backend.queue import board_pages as queue_boards
from backend.queue import console_ticket as queue_console_ticket
from backend.queue import counter_deeds as queue_counter_deeds
from backend.queue import counter_pages as queue_counter
from backend.queue import desk_pages as queue_desks
from backend.queue import device_pages as queue_devices
from backend.queue import hall_pages as queue_hall
from backend.queue import kiosk_pages as queue_kiosk
from backend.queue import link_pages as queue_links
from backend.queue import numbers_pages as queue_numbers
from backend.queue import pairing_pages as queue_pairings
from backend.queue import phone_pages as queue_phone
from backend.queue import rules_pages as queue_rules
from backend.queue import ticket_pages as queue_tickets
from backend.sms import routes as sms_routes
from backend.sync import device_pages as sync_devices
from backend.sync import look_pages as sync_records
from backend.sync import routes as sync_routes
from backend.upkeep import hours_pages as upkeep_hours
from backend.upkeep import item_pages as upkeep_items
from backend.visits import console as visit_console
from backend.visits import door_pages as visit_door
from backend.visits import news_pages as visit_news
from backend.visits import own_pages as visit_own
from backend.visits import phone_pages as visit_phone
from backend.visits import result_pages as visit_results
from backend.visits import visit_pages as visit_deeds
from backend.web import errors, installed, live, metrics, pages, resumed
from backend.web.device import DeviceMiddleware
from backend.web.headers import seal
from backend.web.origin import from_here
from backend.web.requests import RequestMiddleware
from backend.web.session import SessionMiddleware

ASSETS = Path(__file__).resolve().parents[1] / "pwa" / "dist" / "assets"
FOR_EVER = CacheControlHeader(public=True, max_age=31_536_000, immutable=True)  # their names change with them
EDGES = [
    home_routes,
    home_data,
    home_matters,
    catalog_routes,
    identity_routes,
    appointments_routes,
    appointments_month,
    appointments_voucher,
    appointments_waiting,
    appointments_links,
    appointments_calls,
    appointments_console,
    appointments_booking,
    appointments_pauses,
    appointments_pause,
    appointments_week,
    appointments_closing,
    appointments_copy,
    appointments_policy,
    appointments_export,
    appointments_deliveries,
    case_console,
    case_deeds,
    case_documents,
    case_own,
    case_mail,
    case_papers,
    case_promises,
    case_results,
    case_custody,
    case_parcels,
    case_supplements,
    crossregion_items,
    crossregion_bundles,
    crossregion_intake,
    crossregion_consent,
    crossregion_mandates,
    crossregion_exports,
    crossregion_figures,
    crossregion_phone,
    crossregion_sat,
    crossregion_desk,
    handoff_officer,
    handoff_room,
    handoff_redirect,
    handoff_phone,
    handoff_sitting,
    handoff_presence,
    handoff_stills,
    handoff_wire,
    handoff_guests,
    handoff_call_backs,
    handoff_running,
    handoff_skills,
    handoff_recordings,
    handoff_self_check,
    handoff_replays,
    esign_routes,
    visit_news,
    visit_own,
    visit_console,
    visit_deeds,
    visit_door,
    visit_results,
    queue_counter,
    queue_counter_deeds,
    queue_hall,
    queue_console_ticket,
    queue_desks,
    queue_rules,
    notify_routes,
    notify_messages,
    sms_routes,
    notify_preferences,
    notify_pushes,
    queue_devices,
    queue_kiosk,
    queue_pairings,
    queue_phone,
    upkeep_items,
    upkeep_hours,
    queue_numbers,
    queue_boards,
    queue_tickets,
    queue_links,
    visit_phone,
    sync_routes,
    sync_records,
    sync_devices,
    installed,
    live,
    errors,
    health,
    metrics,
    resumed,
]


async def open_everything() -> None:
    """Connect, and listen for live signals."""
    await db.open_pool()
    live.hub.start()


async def close_everything() -> None:
    """Let go in the opposite order."""
    await live.hub.stop()
    await hints.close()
    await db.close_pool()


async def _news_of_visits(request: Request) -> int:
    visitor = request.scope["user"]
    return await visits.unread_count(visitor.staff, visitor.roles)


async def _due_call_backs(request: Request) -> int:
    visitor = request.scope["user"]
    return await handoff.due_count(visitor.staff, visitor.roles)


def create_app() -> Litestar:
    """The whole application."""
    pages.provide("unread", lambda request: notify.unread(request.scope["user"].account))
    pages.provide("news_of_visits", _news_of_visits)
    pages.provide("due_call_backs", _due_call_backs)
    metrics.ask(health.numbers)
    records.know()
    pages.provide("footer", lambda request: catalog.footer())
    assets = create_static_files_router(
        path="/assets", directories=[ASSETS], cache_control=FOR_EVER, include_in_schema=False
    )
    return Litestar(
        route_handlers=[*(route for edge in EDGES for route in edge.routes), assets],
        middleware=[
            RequestMiddleware(),
            metrics.MetricsMiddleware(),
            SessionMiddleware(find=identity.visitor_for),
            DeviceMiddleware(find=queue.screen_for),
        ],
        guards=[from_here],
        before_send=[seal],
        logging_config=None,  # backend/log.py says what is logged, and how
        exception_handlers=errors.HANDLERS,  # type: ignore[arg-type]
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(pages.environment())),
        on_startup=[open_everything],
        on_shutdown=[close_everything],
        request_max_body_size=65_536,
        # Pages shrink to a quarter; event streams must not wait for a full buffer.
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=5, exclude=["/live$", "^/console/exports$"]
        ),
        openapi_config=None,
    )
