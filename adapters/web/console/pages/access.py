"""*Erişim*: people, API keys, and the log of what everybody did."""

import re
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Path, Query, Response

from adapters.database import audit, bindings, keys, users
from adapters.web.console import acts, rendering
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import ROLE_NAMES, Acting, Inside
from adapters.web.problems import ProblemError
from workflow.errors import KervanError, texts_of

router = APIRouter(include_in_schema=False)

ADMIN: Final = frozenset({"admin"})
PAGE = Page("access", "/access", marked("Erişim"), "access", Group.HOUSE, router, roles=ADMIN)

ROWS: Final = 100
TABS: Final = {"users": marked("Kullanıcılar"), "keys": marked("Anahtarlar"), "audit": marked("Denetim kaydı")}
_SPACES = re.compile(r"[\s,;]+")
"""What stands between tax numbers."""
_USER_NAME = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)
_KEY_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

Sellers = Annotated[str, Form(max_length=4000)]
Reason = Annotated[str, Form(max_length=500)]
Name = Annotated[str, Path(max_length=64)]

MEANINGS: Final = {
    "viewer": marked("görür; alıcının kim olduğunu ve belgeleri görmez"),
    "operations": marked("gönderiler, mesajlar ve eşleştirme üzerinde çalışır"),
    "finance": marked("VEDOP ve KDV iadeleri üzerinde çalışır"),
    "admin": marked("her şey, kullanıcılar ve anahtarlar"),
    "courier": marked("yalnızca kendi mesajlarını gönderir"),
}
"""What a role may do."""

ASKED: Final = {
    ("users", "reset"): (
        marked("Yeni parola"),
        marked("Açık oturumları kapanır. Bir kez gösterilecek parolayla girer, sonra kendi parolasını seçer."),
    ),
    ("users", "revoke"): (
        marked("Erişimi kapat"),
        marked("Açık oturumları hemen kapanır ve bir daha giremez; yaptıkları denetim kaydında kalır. Bu geri alınamaz."),
    ),
    ("keys", "revoke"): (
        marked("Anahtarı kapat"),
        marked("Bu anahtarla gelen istekler hemen geri çevrilir. Bu geri alınamaz; gerekirse yeni bir anahtar oluşturun."),
    ),
}
"""What is asked before it is done: its name, and what comes of it."""


@router.api_route("/access", methods=["GET", "HEAD"])
async def listed(
    screen: Inside,
    tab: Annotated[str, Query(max_length=10)] = "users",
    actor: Annotated[str, Query(max_length=80)] = "",
    subject: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """One of the three lists."""
    return await _shown(screen, tab if tab in TABS else "users", actor=actor, subject=subject, before=before)


async def _shown(
    screen: Inside,
    tab: str,
    *,
    actor: str = "",
    subject: str = "",
    before: int | None = None,
    secret: tuple[str, str] | None = None,
) -> Response:
    pool = screen.parts.pool
    log = []
    if tab == "audit":
        actor, subject = actor.replace("\x00", ""), subject.replace("\x00", "")
        log = await audit.listed(pool, ROWS + 1, before, actor=actor, subject=subject)
    return await rendering.page(
        screen,
        "pages/access.html",
        here="access",
        tab=tab,
        tabs=TABS,
        users=await users.listed(pool, screen.now) if tab == "users" else [],
        keys=await keys.listed(pool) if tab == "keys" else [],
        log=log[:ROWS],
        place=acts.place,
        doors=acts.DOORS,
        following=log[ROWS - 1]["id"] if len(log) > ROWS else None,
        actor=actor,
        subject=subject,
        subjects=audit.SUBJECTS,
        subject_words=acts.SUBJECTS,
        outcome_words=acts.OUTCOMES,
        became=acts.outcome,
        told=acts.told,
        user_roles=users.ROLES,
        key_roles=keys.ROLES,
        meanings=MEANINGS,
        role_words=ROLE_NAMES,
        secret=secret,
        me=screen.user.name,
    )


@router.post("/access/users")
async def add_user(
    screen: Acting, name: Annotated[str, Form(max_length=64)], role: Annotated[str, Form(max_length=20)], sellers: Sellers = ""
) -> Response:
    """Add a person; the password for the first sign-in is shown on this answer and nowhere again."""
    say = screen.language.gettext
    if not _USER_NAME.fullmatch(name) or role not in users.ROLES:
        text = say("Ad yalnızca a-z, 0-9, - ve _ içerebilir; en çok 32 karakter.")
        return rendering.done(screen, "/access", text, "bad")
    try:
        bound = bindings.read(role, _SPACES.split(sellers))
        password = await users.add(screen.parts.pool, name, role, screen.now, sellers=bound)
    except users.UserNameTakenError:
        return rendering.done(screen, "/access", say("Bu adla bir kullanıcı zaten var."), "bad")
    except KervanError as error:
        return rendering.done(screen, "/access", screen.language.pair(texts_of(error)), "bad")
    await screen.note("user.add", f"user/{name}", bindings.told(role, bound))
    return await _shown(screen, "users", secret=(name, password))


@router.api_route("/access/users/{name}/{action}", methods=["GET", "HEAD"])
async def asked_of_user(screen: Inside, name: Name, action: Literal["reset", "revoke"]) -> Response:
    """The form to give somebody a new password or to end their access: in a dialog, or as a page of its own."""
    return await _form(screen, "users", name, action)


@router.api_route("/access/keys/{name}/revoke", methods=["GET", "HEAD"])
async def asked_of_key(screen: Inside, name: Name) -> Response:
    """The form to end a key."""
    return await _form(screen, "keys", name, "revoke")


async def _form(screen: Inside, tab: str, name: str, action: str, status: int = 200) -> Response:
    """What is asked before it is done; with a status of 422 the reason was missing.

    Raises:
        ProblemError: 404, nobody of this name is let in.
    """
    pool = screen.parts.pool
    known = await (users.listed(pool, screen.now) if tab == "users" else keys.listed(pool))
    if not any(one["name"] == name and one["revoked_at"] is None for one in known):
        said = (f"{name} adıyla erişimi olan kimse yok; erişimi kapatılmış olabilir.", f"Nobody called {name} is let in here.")
        raise ProblemError(404, "access-unknown", said)
    title, meaning = ASKED[tab, action]
    return await rendering.page(
        screen,
        "pages/access_action.html",
        here="access",
        status=status,
        tab=tab,
        name=name,
        action=action,
        title=title,
        meaning=meaning,
        wrong=screen.language.gettext("Nedenini yazın.") if status == 422 else "",
    )


@router.post("/access/users/{name}/{action}")
async def change_user(
    screen: Acting,
    name: Name,
    action: Literal["role", "sellers", "reset", "revoke"],
    role: Annotated[str, Form(max_length=20)] = "",
    sellers: Sellers = "",
    reason: Reason = "",
) -> Response:
    """Give a person another role or other sellers; with a reason a new password, or the end of their access."""
    say, pool = screen.language.gettext, screen.parts.pool
    why = reason.replace("\x00", "").strip()
    if action in {"reset", "revoke"} and not why:
        return await _form(screen, "users", name, action, 422)
    try:
        if action == "role" and role in users.ROLES:
            await users.assign(pool, name, role)
            await screen.note("user.role", f"user/{name}", f"role {role}")
            return rendering.done(screen, "/access", say("Rol değişti."))
        if action == "sellers":
            bound = await users.rebind(pool, name, _SPACES.split(sellers))
            await screen.note("user.sellers", f"user/{name}", " ".join(f"seller {one}" for one in bound) or "all sellers")
            return rendering.done(screen, "/access", say("Satıcıları değişti."))
        if action == "reset":
            password = await users.reset(pool, name, screen.now)
            await screen.note("user.reset", f"user/{name}", why)
            return await _shown(screen, "users", secret=(name, password))
        await users.revoke(pool, name, screen.now)
        await screen.note("user.revoke", f"user/{name}", why)
        return rendering.done(screen, "/access", say("Kullanıcının erişimi kapatıldı."))
    except users.LastAdminError:
        return rendering.done(screen, "/access", say("Son yönetici kapatılamaz ve rolü değiştirilemez."), "bad")
    except KervanError as error:
        return rendering.done(screen, "/access", screen.language.pair(texts_of(error)), "bad")


@router.post("/access/keys")
async def add_key(
    screen: Acting,
    name: Annotated[str, Form(max_length=64)],
    role: Annotated[str, Form(max_length=20)],
    sellers: Sellers = "",
) -> Response:
    """Make an API key; it is shown on this answer and nowhere again."""
    say, back = screen.language.gettext, "/access?tab=keys"
    if not _KEY_NAME.fullmatch(name) or role not in keys.ROLES:
        return rendering.done(screen, back, say("Ad yalnızca harf, rakam, - ve _ içerebilir; en çok 64 karakter."), "bad")
    try:
        bound = bindings.read(role, _SPACES.split(sellers))
        key = await keys.add(screen.parts.pool, name, role, name if role == "courier" else "", sellers=bound)
    except keys.KeyNameTakenError:
        return rendering.done(screen, back, say("Bu adla bir anahtar zaten var."), "bad")
    except KervanError as error:
        return rendering.done(screen, back, screen.language.pair(texts_of(error)), "bad")
    await screen.note("key.add", f"key/{name}", bindings.told(role, bound))
    return await _shown(screen, "keys", secret=(name, key))


@router.post("/access/keys/{name}/revoke")
async def revoke_key(screen: Acting, name: Name, reason: Reason = "") -> Response:
    """End a key at once, with a reason."""
    why = reason.replace("\x00", "").strip()
    if not why:
        return await _form(screen, "keys", name, "revoke", 422)
    try:
        await keys.revoke(screen.parts.pool, name)
    except keys.KeyUnknownError as error:
        return rendering.done(screen, "/access?tab=keys", screen.language.pair(texts_of(error)), "bad")
    await screen.note("key.revoke", f"key/{name}", why)
    return rendering.done(screen, "/access?tab=keys", screen.language.gettext("Anahtar kapatıldı."))
