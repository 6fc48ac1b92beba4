"""Pages of tokens: the list, giving one out, one token, fetching and revoking."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tiaodu.foundation import access, clock
from tiaodu.foundation.access import who
from tiaodu.foundation.audit.selectors import history_of
from tiaodu.foundation.evidence import uses
from tiaodu.foundation.interfaces import selectors, services
from tiaodu.foundation.interfaces.forms import FetchForm, RevokeForm, TokenForm
from tiaodu.foundation.interfaces.lists import LIGHTS, TokenList, scopes_words, state_words
from tiaodu.foundation.refusal import Invalid

ONCE = "token_secret"  # in the session, for the one page that shows it


@access.access("interfaces.open")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The systems that were given a token."""
    user = who(request)
    found = selectors.tokens_visible_to(user)
    context = {"may_edit": access.may(user, "interfaces.edit")}
    return TokenList(request, found).respond("interfaces/tokens.html", context)


@access.access("interfaces.edit")
@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """A new token. Its secret is shown once; that of a firm's token only to the firm."""
    form = TokenForm(request.POST or None, administrator=who(request))
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = services.token_make(user=who(request), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            request.session[ONCE] = [made.pk, secret]
            return redirect("interfaces:token", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "interfaces/new.html", {"form": form}, status=status)


@access.access("interfaces.open")
@never_cache
def token(request: HttpRequest, token_id: int) -> HttpResponse:
    """One token: what it may do, how often it came, what became of it."""
    user = who(request)
    found = selectors.token_for(user, token_id)
    once = request.session.get(ONCE)
    secret = request.session.pop(ONCE)[1] if once and once[0] == found.pk else ""
    state = found.state(clock.today())
    context = {
        "token": found,
        "secret": secret,
        "state": state,
        "state_words": state_words(found),
        "light": LIGHTS[state],
        "scopes": scopes_words(found),
        "use": uses.words().get(found.use, ""),
        "history": history_of(found)[:20],
        "may_fetch": state == "waiting" and access.may(user, "interfaces.fetch"),
        "revoke": RevokeForm(initial={"version": found.version}) if state in ("valid", "waiting") else None,
    }
    return render(request, "interfaces/token.html", context)


@access.access("interfaces.fetch")
@require_POST
def fetch(request: HttpRequest, token_id: int) -> HttpResponse:
    """A user of the firm fetches the secret: shown on the next page, once."""
    selectors.token_for(who(request), token_id)
    form = FetchForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    found, secret = services.token_fetch(user=who(request), token_id=token_id, version=version)
    request.session[ONCE] = [found.pk, secret]
    return redirect("interfaces:token", token_id)


@access.access("interfaces.open")
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    selectors.token_for(who(request), token_id)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请写明为什么停用。"))
    services.token_revoke(user=who(request), token_id=token_id, **form.cleaned_data)
    messages.success(request, _("已停用，这个令牌再也进不来了。"))
    return redirect("interfaces:token", token_id)
