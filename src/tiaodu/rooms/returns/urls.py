"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.returns.entry.urls import entry_patterns
from tiaodu.rooms.returns.leading.urls import leading_patterns
from tiaodu.rooms.returns.platforms.urls import platform_patterns
from tiaodu.rooms.returns.views import boards, economy, filling, listings, returns, sums, superior, talking

app_name = "returns"
urlpatterns = [
    path("", returns.returns, name="list"),
    path("board/", boards.board, name="board"),
    path("board/<slug:form>/<str:period>/", boards.period, name="period"),
    path("coal/", boards.coal, name="coal"),
    path("lists/", listings.listings, name="listings"),
    path("lists/add/", listings.add, name="listing-add"),
    path("lists/<int:listing_id>/", listings.end, name="listing"),
    path("<int:return_id>/", returns.one, name="return"),
    path("<int:return_id>/check/", filling.check, name="check"),
    path("<int:return_id>/send/", filling.send, name="send"),
    path("<int:return_id>/nothing/", filling.nothing, name="nothing"),
    path("<int:return_id>/decline/", filling.decline, name="decline"),
    path("<int:return_id>/correct/", filling.correct, name="correct"),
    path("<int:return_id>/confirm/", filling.confirm, name="confirm"),
    path("<int:return_id>/answer/", filling.answer, name="answer"),
    path("<int:return_id>/table/", filling.table, name="table"),
    path("<int:return_id>/upload/", filling.upload, name="upload"),
    path("<int:return_id>/remind/", talking.remind, name="remind"),
    path("<int:return_id>/question/", talking.question, name="question"),
    path("<int:return_id>/send-back/", talking.send_back, name="send-back"),
    path("<int:return_id>/bring/", talking.bring, name="bring"),
    path("brought/<int:brought_id>/take/", filling.take, name="brought-take"),
    path("brought/<int:brought_id>/refuse/", filling.refuse, name="brought-refuse"),
    path("forms/", superior.forms, name="forms"),
    path("forms/new/", superior.new, name="form-new"),
    path("forms/<int:form_id>/", superior.one, name="form"),
    path("forms/<int:form_id>/cell/", superior.cell, name="form-cell"),
    path("forms/<int:form_id>/accept/", superior.accept, name="form-accept"),
    path("forms/<int:form_id>/blank/", superior.blank, name="form-blank"),
    path("forms/<int:form_id>/fill/", superior.fill, name="form-fill"),
    path("forms/<int:form_id>/read/", superior.read, name="form-read"),
    path("forms/<int:form_id>/end/", superior.end, name="form-end"),
    path("forms/filled/<int:filling_id>/", superior.filling, name="form-filling"),
    path("forms/filled/<int:filling_id>/cell/", superior.told, name="form-told"),
    path("forms/filled/<int:filling_id>/file/", superior.file, name="form-file"),
    path("forms/reading/<int:reading_id>/", superior.reading, name="form-reading"),
    path("burden/", economy.burden, name="burden"),
    path("economy/", economy.economy, name="economy"),
    path("economy/analysis/", economy.analysis, name="economy_analysis"),
    path("economy/close/", economy.close, name="economy_close"),
    path("economy/flags/", economy.flags, name="economy_flags"),
    *leading_patterns,
    *platform_patterns,
    path("economy/<str:code>/", economy.measure, name="economy_measure"),
    path("economy/<str:code>/firms/", economy.firms, name="economy_firms"),
    path("economy/<str:code>/sum/", sums.sum_, name="economy_sum"),
    path("economy/<str:code>/way/", economy.way, name="economy_way"),
    *entry_patterns,
]
