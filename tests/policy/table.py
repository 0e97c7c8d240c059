"""Who may call which operation, in words: the table that the code is held to and that docs/roles.md shows.

A line names what somebody has to be. ``triage | supervise`` are duties of a post here; ``notice!`` a duty that a post of one
building does not give; the other words say what one is: ``inside`` lives in, owns or serves the estate, ``household`` lives
in or owns a home of it, ``office`` holds a post anywhere.
"""

from __future__ import annotations

from tests.policy.roles import Role
from yishiting.ground.organisations.kinds import Duty

RULES: dict[str, tuple[str, ...]] = {
    "anyone": (
        "get_chart",
        *("list_estates", "get_estate", "list_entrances", "get_who", "get_settled", "get_opinions", "list_entries"),
        *("get_mark", "list_matters", "get_matter", "list_playbooks", "get_playbook", "list_retired_playbooks"),
        *(
            "list_meetings",
            "get_meeting",
            "list_votes",
            "get_vote",
            "get_rules",
            "get_receipt",
            "list_projects",
            "get_project",
        ),
        *("list_appraisals", "get_appraisal", "list_notices", "get_notice", "get_notice_version"),
        *("list_canvasses", "get_canvass", "list_held_together", "get_funding", "list_tasks", "list_minutes"),
        "get_objections",
    ),
    "signed": (
        "get_my_seats",
        *("get_me", "list_my_reports", "list_my_ballots", "list_my_invitations", "list_my_cases"),
        *("list_messages", "mark_read", "list_my_objections", "list_my_interests"),
    ),
    "inside": ("report_matter", "join_matter", "add_photo", "declare_interest", "list_bodies"),
    "household": ("ask_for_mediation",),
    "reporter": ("correct_report", "withdraw_report", "rate_answer", "reopen_matter"),
    "elector": ("cast_ballot",),
    "invited": ("answer_appraisal",),
    "party": ("get_my_case", "say"),
    "office": (*("list_due", "search_desk", "list_filters", "save_filter", "list_hand_overs", "list_stand_ins"),),
    "filter of one's own": ("change_filter", "delete_filter"),
    "post of one's own": ("hand_over",),
    "hand-over of one's own": ("end_hand_over",),
    "triage | step! | supervise | meet | vote | project": ("get_desk_matter",),
    "the same; each matter is decided in its own right": ("try_together", "do_together"),
    "triage": (
        *("accept_matter", "decline_matter", "merge_matter", "unmerge_matter", "declare_emergency"),
        *("judge_report", "separate_report", "add_playbook", "retire_playbook", "restore_playbook"),
        *("list_people_of_home", "publish_photo"),
    ),
    "triage | supervise": ("list_desk_reports",),
    "signed and sees his own desk": ("list_desk_matters",),
    "step that is his, or triage at its tier": ("end_step", "add_evidence", "answer_matter"),
    "post that has the step": ("raise_matter",),
    "meet": (
        *("plan_meeting", "invite", "move_meeting", "cancel_meeting", "call_off_meeting", "attend", "open_meeting"),
        *("withdraw_attendance", "propose", "decide_proposal", "write_minutes", "close_meeting", "take_statement"),
        *("list_concerned", "name_concerned", "lift_concerned", "ask_concerned", "list_series", "plan_series"),
        *("end_series", "put_on_agenda", "list_questions", "ask_question", "lift_question", "settle_question"),
    ),
    "vote": ("draft_vote", "edit_draft", "open_vote", "close_vote", "cancel_vote"),
    "vote | paper | supervise": ("list_desk_votes",),
    "paper": ("list_slips", "receive_slip"),
    "paper, by another than who read it first": ("read_slip_again", "withdraw_slip"),
    "project": (
        *("create_project", "change_plan", "add_insurance", "record_phase_step", "plan_funding", "tell_funding"),
        *("add_task", "finish_task", "drop_task"),
    ),
    "interest | supervise": (
        *("list_terms", "list_interests", "get_interest", "list_charts", "get_desk_chart", "get_unit"),
    ),
    "interest": (
        *("declare_for_other", "register_company", "draft_chart", "publish_chart", "end_chart", "add_unit"),
        *("change_unit", "cover_places", "end_unit", "appoint_leader", "attach_members", "end_seat"),
    ),
    "interest, or the leader himself": ("set_naming",),
    "interest, or declared by oneself": ("withdraw_interest",),
    "roster": (
        *("get_register", "list_homes", "get_home", "set_area", "get_shared_phone", "settle_phone", "send_roster"),
    ),
    "roster file of one's own": ("preview_roster", "import_roster", "give_roster_up"),
    "calendar": ("get_calendar", "set_day", "import_days", "lift_day"),
    "rules": ("list_adopted_packs", "adopt_pack"),
    "appraise, without having done the work": (
        *("open_appraisal", "list_answers", "write_answer_down", "close_appraisal", "note_low_score"),
    ),
    "notice | review | supervise | canvass": ("list_desk_notices", "get_desk_notice"),
    "notice!": ("draft_notice", "revise_notice", "publish_notice", "archive_notice"),
    "home in the scope of the notice": ("object_to_notice",),
    "objection of one's own": ("withdraw_objection",),
    "notice!, and not of his own home": ("list_objections", "write_down_objection", "answer_objection"),
    "notice | canvass": ("post_notice", "post_notice_picture"),
    "review": ("review_notice",),
    "canvass": ("list_desk_canvasses", "get_desk_canvass", "list_doors", "record_attempt", "withdraw_attempt"),
    "canvass!": ("begin_canvass", "close_canvass"),
    "mediate": ("list_cases", "open_case"),
    "cases": ("take_over_cases",),
    "mediator or supervisor of the case": (
        *("get_case", "add_case_party", "record_consent", "ask_court", "follow_up", "end_case"),
    ),
    "supervisor of the case": ("list_mediators", "choose_mediator", "set_seal"),
    "mediator of the case": ("hold_session", "write_agreement", "sign_agreement"),
}
BY_OPERATION = {name: rule for rule, names in RULES.items() for name in names}
#: Who falls under a rule that is of one row and not of a duty, in the estate of the tests.
NAMED = {
    "home in the scope of the notice": {"owner here"},
    "objection of one's own": {"owner here"},
    "invited": {"owner here"},
    "filter of one's own": {"community_worker"},
    "hand-over of one's own": {"community_worker", "grid_worker"},
    "post that has the step": {"community_worker"},
    "mediator or supervisor of the case": {"grid_worker", "community_worker"},
    "supervisor of the case": {"community_worker"},
    "mediator of the case": {"grid_worker"},
    "roster file of one's own": {"community_worker"},
    "post of one's own": {"community_worker"},
}
WORDS = frozenset({"signed", "inside", "household", "reporter", "elector", "party", "office"})


def may(role: Role, operation: str) -> bool:
    """Return whether the table lets somebody call an operation on the rows of the tests."""
    rule = BY_OPERATION[operation]
    if rule == "anyone":
        return True
    if rule in NAMED:
        return role.name in NAMED[rule]
    if rule == "signed and sees his own desk":
        return "signed" in role.is_
    if rule in WORDS:
        return rule in role.is_
    if rule.startswith("step that is his"):
        return Duty.TRIAGE in role.duties and role.name in UP
    if rule.startswith("paper, by another"):
        return Duty.PAPER in role.duties and role.name != "grid_worker"
    if rule.startswith("the same"):
        return may(role, "get_desk_matter")
    if rule.startswith("interest, or"):
        return Duty.INTEREST in role.duties
    if rule.startswith("notice!, and"):
        return has(role, "notice!")
    if rule.startswith("appraise"):
        return Duty.APPRAISE in role.duties
    return any(has(role, word.strip()) for word in rule.split("|"))


#: The step of the tests was raised from the company to the community: who takes reports up there and above works on it.
UP = frozenset({"community_worker", "community_secretary", "subdistrict_worker"})


def has(role: Role, word: str) -> bool:
    """Return whether somebody is trusted with a duty here; one with ``!`` by a post of the whole estate."""
    whole = word.endswith("!")
    return Duty(word.removesuffix("!")) in role.duties and not (whole and role.of_building)
