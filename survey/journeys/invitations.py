"""Invitations: a sample is drawn, its one-time links go out by the province's own means, and are answered once each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from survey.domain.audit import DRAWN, Deed
from survey.domain.drawing import draw, is_seed, read_numbers, refuse_short_lists
from survey.domain.message import message
from survey.domain.office_facts import KnownFacts
from survey.domain.offices import Desk, Office
from survey.domain.questionnaire import Catalogue
from survey.domain.response import is_key, new_key
from survey.domain.rounds import RoundOffice, sample_size
from survey.domain.slips import hashed, new_codes, normalise_slip_code
from survey.journeys.respond import (
    GRACE,
    NO_FACTS,
    NO_GRACE,
    DeskUnknown,
    OpenDesk,
    Receipt,
    Send,
    open_at,
    respond_at,
)
from survey.journeys.rounds import RoundRefused, progress_of
from survey.store import Connection
from survey.store.audit import append_audit, last_entries
from survey.store.responses import fetch_response
from survey.store.rounds import (
    add_invitations,
    claim_invitation,
    fetch_invited_desk,
    fetch_round_desk,
    forget_invitations,
    forget_order,
    lock_round_office,
    record_files,
)

# --- issuing ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draw:
    """What `flask invitations issue` was asked for: ``count`` of each office in the list, by this seed."""

    round_key: str
    count: int
    seed: str
    more: bool = False
    who: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A file that was drawn and the code of its link: together nowhere but in the file that goes to the province."""

    office: str
    file: str
    code: str


@dataclass(frozen=True, slots=True)
class Issued:
    """The links of a draw, and how each office in it stands now."""

    links: tuple[Link, ...]
    progress: tuple[RoundOffice, ...]


def issue_invitations(
    connection: Connection, lines: Iterable[str], asked: Draw, *, key: bytes, now: datetime
) -> Issued:
    """Draw a sample from a list of file numbers, and make a link for each that was drawn.

    The database gets the hashes of the links under ``key`` and how many files there were. Raises RoundUnknown,
    RoundRefused, or Refused with every fault of the list.
    """
    known = {each.office.code: each for each in progress_of(connection, asked.round_key)}
    the_round = next(iter(known.values())).round
    if now.date() > the_round.last_day:
        raise RoundRefused(message("Đợt “%(key)s” đã kết thúc, không mời thêm được nữa.", key=the_round.key))
    if not is_seed(asked.seed):
        raise RoundRefused(message("--seed không được để trống, không có dấu “|”, tối đa 64 ký tự."))
    numbers = read_numbers(lines, sorted(known))
    for code in numbers:
        lock_round_office(connection, asked.round_key, known[code].office.id)
    known = {each.office.code: each for each in progress_of(connection, asked.round_key)}
    seals = {code: _seal(listed, asked.seed) for code, listed in numbers.items()}
    _refuse_repeated(connection, asked, {code: known[code] for code in numbers}, seals)
    refuse_short_lists(numbers, count=asked.count, drawn={code: known[code].invited for code in numbers})
    links = [
        link for code, listed in numbers.items() for link in _draw(connection, asked, known[code], listed, key=key)
    ]
    for code in numbers:
        _record(connection, asked, known[code], files=len(numbers[code]), seal=seals[code], now=now)
    after = tuple(each for each in progress_of(connection, asked.round_key) if each.office.code in numbers)
    return Issued(tuple(links), after)


def _seal(numbers: Iterable[str], seed: str) -> str:
    """What a list and a seed are known by afterwards: whoever has the list can show that it is the one drawn from."""
    digest = sha256("\n".join(sorted(numbers)).encode()).hexdigest()
    return f"list={digest} seed={seed}"


def _refuse_repeated(
    connection: Connection, asked: Draw, offices: Mapping[str, RoundOffice], seals: Mapping[str, str]
) -> None:
    for code, each in offices.items():
        if each.invited and not asked.more:
            raise RoundRefused(
                message(
                    "Cơ quan %(office)s đã được rút mẫu cho đợt này (%(number)s lời mời). Muốn mời thêm, xin chạy lại "
                    "với --more, cùng danh sách và cùng --seed.",
                    office=code,
                    number=each.invited,
                )
            )
        if each.invited and not _is_same_draw(connection, asked.round_key, code, seals[code]):
            raise RoundRefused(
                message(
                    "Danh sách hoặc --seed khác lần rút trước của cơ quan %(office)s. Mời thêm phải dùng đúng danh "
                    "sách và --seed đó, để không hồ sơ nào được mời hai lần.",
                    office=code,
                )
            )


def _is_same_draw(connection: Connection, round_key: str, office: str, seal: str) -> bool:
    entries = last_entries(connection, office=office, actions=[DRAWN], most=10_000)
    notes = [each.deed.note for each in entries if each.deed.subject == round_key]
    return bool(notes) and all(note.endswith(f" {seal}") for note in notes)


def _draw(connection: Connection, asked: Draw, at: RoundOffice, numbers: Sequence[str], *, key: bytes) -> list[Link]:
    drawn = draw(numbers, seed=asked.seed, office=at.office.code, count=asked.count, after=at.invited)
    links = [Link(at.office.code, file, code) for file, code in zip(sorted(drawn), new_codes(len(drawn)), strict=True)]
    add_invitations(connection, asked.round_key, at.office.id, [hashed(link.code, key) for link in links])
    return links


def _record(connection: Connection, asked: Draw, at: RoundOffice, *, files: int, seal: str, now: datetime) -> None:
    """Note how many files there were; the target becomes M14's unless another was set with the round."""
    target = sample_size(files) if at.target == sample_size(None) else at.target
    record_files(connection, asked.round_key, at.office.id, files=files, target=target)
    note = f"count={asked.count} after={at.invited} files={files} {seal}"
    append_audit(connection, Deed(asked.who, DRAWN, at.office.code, asked.round_key, note), at=now)


# --- answering --------------------------------------------------------------------------------------------


class LinkUnknown(Exception):
    """No invitation has this link, or a letter of it is wrong."""


class LinkUsed(Exception):
    """An answer was received with this link before; carries the desk of the round and its office."""

    def __init__(self, desk: Desk, office: Office) -> None:
        super().__init__(desk.code)
        self.desk, self.office = desk, office


def open_link(connection: Connection, catalogue: Catalogue, typed: str, *, key: bytes, today: date) -> OpenDesk:
    """The desk at which a link is answered. Raises LinkUnknown, LinkUsed, DeskNotOpen or DeskRetired."""
    desk, office, used = _invited(connection, typed, key)
    if used:
        raise LinkUsed(desk, office)
    return open_at(connection, catalogue, desk, office, today=today, grace=NO_GRACE)


def _invited(connection: Connection, typed: str, key: bytes) -> tuple[Desk, Office, bool]:
    code = normalise_slip_code(typed)
    found = fetch_invited_desk(connection, hashed(code, key)) if code else None
    if found is None:
        raise LinkUnknown
    return found


def open_round_desk(
    connection: Connection, catalogue: Catalogue, code: str, *, today: date, grace: timedelta = GRACE
) -> OpenDesk:
    """The desk of a round, for what follows the tap. Raises DeskUnknown, DeskNotOpen or DeskRetired."""
    found = fetch_round_desk(connection, code)
    if found is None:
        raise DeskUnknown(code)
    return open_at(connection, catalogue, *found, today=today, grace=grace)


def respond_to_invitation(
    connection: Connection,
    catalogue: Catalogue,
    send: Send,
    *,
    link: str,
    key: bytes,
    now: datetime,
    facts: KnownFacts = NO_FACTS,
) -> Receipt:
    """Store what a link brought, once, or let it correct or complete the response of its key.

    The link is used in the very transaction that stores the response. Raises LinkUnknown, LinkUsed, DeskUnknown,
    DeskNotOpen, DeskRetired, AnswersRejected or NothingAnswered; then nothing was stored and no link used.
    """
    place = open_round_desk(connection, catalogue, send.desk_code, today=now.date())
    known = fetch_response(connection, place.office_ids, send.key) if is_key(send.key) else None
    own = known is not None and known[0].desk_id == place.desk.id
    if not own:
        desk, office, _ = _invited(connection, link, key)
        if desk.id != place.desk.id:
            raise LinkUnknown
        if not claim_invitation(connection, hashed(normalise_slip_code(link) or "", key)):
            # Whoever else had it may have been this very send, a moment ago.
            known = fetch_response(connection, place.office_ids, send.key) if is_key(send.key) else None
            if known is None or known[0].desk_id != place.desk.id:
                raise LinkUsed(desk, office)
        elif known is not None:  # the key of a response at another desk: that one is no invitation's
            send = replace(send, key=new_key())
    return respond_at(connection, catalogue, place, send, now=now, facts=facts)


# --- forgetting -------------------------------------------------------------------------------------------


def forget_use_of_links(connection: Connection, *, today: date) -> None:
    """Forget in which order links were used, and of a round that takes no answer any more, which were."""
    forget_order(connection)
    forget_invitations(connection, ended_before=today - GRACE)
