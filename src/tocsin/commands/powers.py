"""
Which power a command takes: one of those named is enough (`tocsin.authority.remit`).

How much a word on a shelter weighs follows from the power it was said by, so that no keeper and no
sensor speaks as an official.
"""

from __future__ import annotations

from tocsin.alerts.messages import AlertCommand, CoverageCommand
from tocsin.authority import remit
from tocsin.authority.messages import AuthorityCommand, IssueToken, RevokeToken
from tocsin.authority.remit import Grant
from tocsin.kernel.words import Rank
from tocsin.power.messages import PowerCommand
from tocsin.shelters.messages import (
    CountPeople,
    LocateShelter,
    ReplaceRegister,
    ReportShelter,
    SayStatus,
    SetTimeToShelter,
    ShelterCommand,
    ShowShelters,
    SourceKind,
)

Command = AlertCommand | CoverageCommand | AuthorityCommand | ShelterCommand | PowerCommand
"""Whatever may be asked of the desk."""

_SAYING = {
    SourceKind.OFFICIAL: (remit.SHELTERS_WRITE,),
    SourceKind.OPERATOR: (remit.SHELTERS_WRITE, remit.SHELTERS_KEEP),
    SourceKind.SENSOR: remit.SAY_STATUS,
}


def powers(command: Command) -> tuple[str, ...]:
    """Name the powers that let a command through; none for what a token has no part in."""
    match command:
        case IssueToken() | RevokeToken():
            return (remit.TOKENS_WRITE,)
        case SayStatus():
            return _SAYING[command.source]
        case CountPeople():
            return remit.SAY_STATUS
        case ReplaceRegister() | LocateShelter() | ShowShelters() | SetTimeToShelter():
            return (remit.SHELTERS_WRITE,)
        case ReportShelter():
            return ()
        case _ if isinstance(command, PowerCommand):
            return (remit.POWER_WRITE,)
        case _:
            return (remit.ALERTS_WRITE,)


def source_of(grant: Grant) -> SourceKind:
    """Tell as whom the owner of a token speaks of a shelter; an observer is never an official."""
    if grant.remit.power == remit.SHELTERS_WRITE and grant.rank is Rank.AUTHORITY:
        return SourceKind.OFFICIAL
    if grant.remit.power == remit.SHELTERS_SENSE:
        return SourceKind.SENSOR
    return SourceKind.OPERATOR
