"""Addresses of meetings."""

from django.urls import path

from yishiting.reach.web.meetings import concerned_views, desk_views, question_views, series_views, views

_DESK = "desk/<slug:slug>/meetings/<int:no>/"

urlpatterns = [
    path("e/<slug:slug>/meetings/", views.meetings, name="meetings"),
    path("e/<slug:slug>/meetings.ics", views.calendar, name="meetings_calendar"),
    path("e/<slug:slug>/meetings/book/", views.book, name="meetings_book"),
    path("e/<slug:slug>/meetings/book.pdf", views.book_paper, name="meetings_book_paper"),
    path("e/<slug:slug>/meetings/<int:no>/", views.meeting, name="meeting"),
    path("e/<slug:slug>/meetings/<int:no>/screen/", views.screen, name="meeting_screen"),
    path("e/<slug:slug>/meetings/<int:no>/invitation.pdf", views.invitation, name="meeting_invitation"),
    path("e/<slug:slug>/meetings/<int:no>/agenda.pdf", views.agenda, name="meeting_agenda"),
    path("e/<slug:slug>/meetings/<int:no>/minutes.pdf", views.minutes, name="meeting_minutes"),
    path("e/<slug:slug>/meetings/<int:no>/minutes/", views.compare, name="meeting_compare"),
    path("desk/meetings/", desk_views.meetings, name="desk_meetings"),
    path("desk/meetings/excel/", desk_views.export, name="desk_meetings_excel"),
    path("desk/<slug:slug>/meetings/new/", desk_views.plan, name="desk_meeting_new"),
    path("desk/<slug:slug>/meetings/series/", series_views.series, name="desk_meeting_series"),
    path("desk/<slug:slug>/meetings/series/<int:series_id>/end/", series_views.end, name="desk_meeting_series_end"),
    path(f"{_DESK}topics/", series_views.topics, name="desk_meeting_topics"),
    path(_DESK, desk_views.meeting, name="desk_meeting"),
    path(f"{_DESK}invite/", desk_views.invite, name="desk_meeting_invite"),
    path(f"{_DESK}move/", desk_views.move, name="desk_meeting_move"),
    path(f"{_DESK}cancel/", desk_views.cancel, name="desk_meeting_cancel"),
    path(f"{_DESK}attend/", desk_views.attend, name="desk_meeting_attend"),
    path(f"{_DESK}attend/<int:attendance_id>/withdraw/", desk_views.withdraw, name="desk_meeting_withdraw"),
    path(f"{_DESK}open/", desk_views.open_meeting, name="desk_meeting_open"),
    path(f"{_DESK}propose/", desk_views.propose, name="desk_meeting_propose"),
    path(f"{_DESK}state/", desk_views.state, name="desk_meeting_state"),
    path(f"{_DESK}concerned/", concerned_views.concerned, name="desk_meeting_concerned"),
    path(f"{_DESK}concerned/<int:concerned_id>/ask/", concerned_views.ask, name="desk_meeting_ask"),
    path(f"{_DESK}concerned/<int:concerned_id>/lift/", concerned_views.lift, name="desk_meeting_lift"),
    path(f"{_DESK}questions/", question_views.questions, name="desk_meeting_questions"),
    path(f"{_DESK}questions/<int:question_id>/", question_views.settle, name="desk_meeting_settle"),
    path(f"{_DESK}questions/<int:question_id>/lift/", question_views.lift, name="desk_meeting_question_lift"),
    path(f"{_DESK}proposals/<int:proposal_no>/", desk_views.decide, name="desk_meeting_decide"),
    path(f"{_DESK}minutes/", desk_views.minutes, name="desk_meeting_minutes"),
    path(f"{_DESK}close/", desk_views.close, name="desk_meeting_close"),
]
