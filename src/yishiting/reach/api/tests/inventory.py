"""Which operation reaches which verb and which page, and why some are not reached: the tables that the tests hold."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType

from yishiting.reach.api.v1 import api

FLOORS = ("yishiting.ground", "yishiting.council", "yishiting.record")
#: Which operation reaches which verb.
REACHED = {
    "votes.draft_vote": "draft_vote",
    "votes.edit_draft": "edit_draft",
    "votes.open_vote": "open_vote",
    "votes.cast_online": "cast_ballot",
    "votes.close_vote": "close_vote",
    "votes.cancel_vote": "cancel_vote",
    "votes.receive_paper": "receive_slip",
    "votes.read_paper_again": "read_slip_again",
    "votes.withdraw_slip": "withdraw_slip",
    "matters.report": "report_matter",
    "matters.join": "join_matter",
    "matters.correct_report": "correct_report",
    "matters.withdraw_report": "withdraw_report",
    "matters.store_photo": "add_photo",
    "matters.publish_photo": "publish_photo",
    "matters.triage_accept": "accept_matter",
    "matters.decline": "decline_matter",
    "matters.merge": "merge_matter",
    "matters.unmerge": "unmerge_matter",
    "matters.judge_report": "judge_report",
    "matters.separate_report": "separate_report",
    "matters.raise_matter": "raise_matter",
    "matters.emergency": "declare_emergency",
    "matters.end_step": "end_step",
    "matters.add_evidence": "add_evidence",
    "matters.answer": "answer_matter",
    "matters.rate": "rate_answer",
    "matters.reopen": "reopen_matter",
    "matters.add_playbook": "add_playbook",
    "matters.retire_playbook": "retire_playbook",
    "matters.restore_playbook": "restore_playbook",
    "matters.look": "try_together",
    "matters.carry_out": "do_together",
    "meetings.plan_meeting": "plan_meeting",
    "meetings.invite": "invite",
    "meetings.move_meeting": "move_meeting",
    "meetings.cancel_meeting": "cancel_meeting",
    "meetings.call_off": "call_off_meeting",
    "meetings.attend": "attend",
    "meetings.withdraw_attendance": "withdraw_attendance",
    "meetings.open_meeting": "open_meeting",
    "meetings.take_statement": "take_statement",
    "meetings.propose": "propose",
    "meetings.decide_proposal": "decide_proposal",
    "meetings.write_minutes": "write_minutes",
    "meetings.close_meeting": "close_meeting",
    "meetings.name_concerned": "name_concerned",
    "meetings.lift_concerned": "lift_concerned",
    "meetings.ask_concerned": "ask_concerned",
    "meetings.read_concerned": "list_concerned",
    "meetings.plan_series": "plan_series",
    "meetings.end_series": "end_series",
    "meetings.put_on_agenda": "put_on_agenda",
    "meetings.ask_question": "ask_question",
    "meetings.lift_question": "lift_question",
    "meetings.settle_question": "settle_question",
    "desks.hand_over": "hand_over",
    "desks.end_hand_over": "end_hand_over",
    "desks.save_filter": "save_filter",
    "desks.change_filter": "change_filter",
    "desks.delete_filter": "delete_filter",
    "projects.create_project": "create_project",
    "projects.change_plan": "change_plan",
    "projects.add_insurance": "add_insurance",
    "projects.start_phase": "record_phase_step",
    "projects.finish_phase": "record_phase_step",
    "projects.accept_phase": "record_phase_step",
    "projects.operate_phase": "record_phase_step",
    "projects.note_progress": "record_phase_step",
    "projects.plan_funding": "plan_funding",
    "projects.tell_funding": "tell_funding",
    "projects.add_task": "add_task",
    "projects.finish_task": "finish_task",
    "projects.drop_task": "drop_task",
    "organisations.declare_interest": "declare_interest",
    "organisations.withdraw_interest": "withdraw_interest",
    "organisations.register_company": "register_company",
    "cases.open_case": "open_case",
    "cases.ask_for_mediation": "ask_for_mediation",
    "cases.choose_mediator": "choose_mediator",
    "cases.add_party": "add_case_party",
    "cases.take_over": "take_over_cases",
    "cases.read_case": "get_case",
    "cases.record_consent": "record_consent",
    "cases.say": "say",
    "cases.hold_session": "hold_session",
    "cases.write_agreement": "write_agreement",
    "cases.sign": "sign_agreement",
    "cases.set_seal": "set_seal",
    "cases.ask_court": "ask_court",
    "cases.follow_up": "follow_up",
    "cases.end_case": "end_case",
    "appraisals.open_appraisal": "open_appraisal",
    "appraisals.answer": "answer_appraisal",
    "appraisals.write_down": "write_answer_down",
    "appraisals.close_appraisal": "close_appraisal",
    "appraisals.note_follow_up": "note_low_score",
    "appraisals.read_answers": "list_answers",
    "notices.draft_notice": "draft_notice",
    "notices.revise_notice": "revise_notice",
    "notices.review_notice": "review_notice",
    "notices.publish_notice": "publish_notice",
    "notices.post_notice": "post_notice",
    "notices.archive_notice": "archive_notice",
    "notices.object_to_notice": "object_to_notice",
    "notices.write_down_objection": "write_down_objection",
    "notices.withdraw_objection": "withdraw_objection",
    "notices.answer_objection": "answer_objection",
    "notices.read_objections": "list_objections",
    "notices.begin_canvass": "begin_canvass",
    "notices.record_attempt": "record_attempt",
    "notices.withdraw_attempt": "withdraw_attempt",
    "notices.close_canvass": "close_canvass",
    "people.preview_roster": "preview_roster",
    "people.import_roster": "import_roster",
    "people.set_area": "set_area",
    "people.settle_phone": "settle_phone",
    "people.note_viewing": "list_homes",
    "people.note_tenants": "get_shared_phone",
    "organisations.draft_chart": "draft_chart",
    "organisations.publish_chart": "publish_chart",
    "organisations.end_chart": "end_chart",
    "organisations.add_unit": "add_unit",
    "organisations.change_unit": "change_unit",
    "organisations.cover": "cover_places",
    "organisations.end_unit": "end_unit",
    "organisations.appoint_leader": "appoint_leader",
    "organisations.attach_members": "attach_members",
    "organisations.end_seat": "end_seat",
    "organisations.set_naming": "set_naming",
    "organisations.note_reading": "get_unit",
    "places.set_day": "set_day",
    "places.adopt_pack": "adopt_pack",
    "places.lift_day": "lift_day",
    "places.import_days": "import_days",
}
#: Writes of the interface that are no verb of a room, each with what it is.
OWN = {
    "post_notice_picture": "post_notice with a picture, which comes as a form",
    "send_roster": "keeps a file for a day, so that it is looked at before it is taken in",
    "give_roster_up": "deletes such a file",
    "declare_for_other": "declare_interest of whoever holds a post, or of a body, by who keeps the register",
    "mark_read": "the inbox is one's own affair and writes no entry",
}
_READ = "asks and writes nothing; its answer is part of what is read"
_ROOM = "one room calls it of another, inside a verb"
_WORKER = "the worker's own"
_EXPORT = "a programme reads page by page; a whole file is taken away on the page alone, which puts that on record"
_FOUNDED = "an estate and its posts are founded from the command line; no page does it either"
#: Verbs that are not reached, each with the reason.
NOT_REACHED = {
    "votes.close_due": _WORKER,
    "votes.ensure_open": _READ,
    "votes.ensure_readable": _READ,
    "votes.new_receipt": "makes a code; the page gives its own so that a form sent twice is one ballot, a key does it here",
    **dict.fromkeys(
        (
            *("matters.categories_of", "matters.labels_of", "matters.newest", "matters.outcomes_of"),
            *("matters.parties_of", "matters.people_of", "matters.playbook_of", "matters.selectable"),
            *("matters.step_of", "matters.triages_itself", "matters.usable", "matters.untouched"),
            *("matters.carries_on", "matters.gate_of", "matters.questions_of", "matters.chosen", "desks.exercised"),
            *("desks.tidy", "desks.filters_of", "desks.filter_of"),
            *("matters.post_kind", "projects.asks_for_insurance"),
            *("appraisals.fetch", "appraisals.is_finished", "appraisals.scores", "appraisals.result_of"),
        ),
        _READ,
    ),
    **dict.fromkeys(("matters.finish_step", "matters.resolve", "matters.start_step", "matters.try_pending"), _ROOM),
    "matters.ensure_library": "at every start of the product",
    "appraisals.close_due": _WORKER,
    "people.apply_roster": "import_roster without who confirmed it: for the command line",
    **dict.fromkeys(("people.note_export", "notices.note_export"), _EXPORT),
    "organisations.bodies_of": _READ,
    **dict.fromkeys(
        (
            *("places.region_at", "places.slug_for", "places.create_estate", "places.declare", "places.set_zone"),
            *("organisations.found_organisation", "organisations.create_post", "organisations.appoint"),
            *("organisations.end_term", "organisations.fill_post"),
        ),
        _FOUNDED,
    ),
}
#: What a verb takes and is not sent when page and interface are driven side by side, each with the reason.
NOT_SENT = {
    "matters.join.urgent": "the page of joining does not ask; who reports first says whether it is urgent",
    "matters.decline.texts": "the page answers everybody alike; a programme may answer some apart",
    "matters.answer.note": "no page asks for a note when it answers: the answer itself is what stands",
    "votes.cast_online.receipt": "the page's own code; a key for sending again does it here",
    "matters.report.join_matter_id": "joining has an operation of its own",
    "matters.store_photo.public": "a picture is published by an operation of its own",
}


#: Verbs that stand beside a room's services, with the room.
BESIDE = {
    "yishiting.ground.desks.filters": "desks",
    "yishiting.ground.organisations.charting.services": "organisations",
    "yishiting.ground.organisations.companies": "organisations",
    "yishiting.ground.organisations.declaring": "organisations",
    "yishiting.council.matters.services.together": "matters",
}


def rooms() -> Iterator[tuple[str, str]]:
    """Return each room that has verbs, with the module that they stand in."""
    for floor in FLOORS:
        for place in sorted(Path(next(iter(import_module(floor).__path__))).iterdir()):
            if (place / "services.py").is_file() or (place / "services" / "__init__.py").is_file():
                yield place.name, f"{floor}.{place.name}.services"
    for module, room in BESIDE.items():
        yield room, module


def verbs() -> Iterator[tuple[str, FunctionType]]:
    """Return every public verb: what a room's services name, or define where they name nothing."""
    for room, module in rooms():
        found = import_module(module)
        names = getattr(found, "__all__", None) or [
            name
            for name, value in vars(found).items()
            if isinstance(value, FunctionType) and value.__module__ == module and not name.startswith("_")
        ]
        for name in names:
            value = getattr(found, name)
            if isinstance(value, FunctionType):
                yield f"{room}.{name}", value


def operations() -> dict[str, str]:
    """Return each operation with its method."""
    told = api.get_openapi_schema()["paths"]
    return {op["operationId"]: method for ways in told.values() for method, op in ways.items()}
