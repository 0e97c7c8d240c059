"""Addresses of votes."""

from django.urls import path

from yishiting.reach.web.votes import desk_views, paper_views, views

_VOTE = "e/<slug:slug>/votes/<int:no>/"
_DESK = "desk/<slug:slug>/votes/<int:no>/"

urlpatterns = [
    path("e/<slug:slug>/votes/", views.votes, name="votes"),
    path(_VOTE, views.vote, name="vote"),
    path(f"{_VOTE}ballot/", views.ballot, name="ballot"),
    path(f"{_VOTE}ballot/confirm/", views.ballot_confirm, name="ballot_confirm"),
    path(f"{_VOTE}receipt/", views.receipt_find, name="receipt_find"),
    path(f"{_VOTE}receipt/<str:code>/", views.receipt, name="receipt"),
    path("desk/votes/", desk_views.votes, name="desk_votes"),
    path("desk/votes/excel/", desk_views.export, name="desk_votes_excel"),
    path("desk/<slug:slug>/votes/new/", desk_views.new, name="desk_vote_new"),
    path(_DESK, desk_views.vote, name="desk_vote"),
    path(f"{_DESK}edit/", desk_views.edit, name="desk_vote_edit"),
    path(f"{_DESK}options/", desk_views.options, name="desk_vote_options"),
    path(f"{_DESK}open/", desk_views.open_vote, name="desk_vote_open"),
    path(f"{_DESK}close/", desk_views.close, name="desk_vote_close"),
    path(f"{_DESK}cancel/", desk_views.cancel, name="desk_vote_cancel"),
    path(f"{_DESK}paper/", paper_views.paper, name="desk_paper"),
    path(f"{_DESK}paper/<int:slip>/", paper_views.again, name="desk_paper_again"),
    path(f"{_DESK}paper/<int:slip>/withdraw/", paper_views.withdraw, name="desk_paper_withdraw"),
]
