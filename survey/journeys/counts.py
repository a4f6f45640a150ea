"""The counts behind a published score, for those who compute it again."""

from collections.abc import Iterator

from survey.domain.questionnaire import Catalogue
from survey.domain.scoring import HEADLINE_CHANNELS
from survey.domain.scoring_counts import as_counts, counted
from survey.domain.staff import Staff
from survey.journeys.dashboard import Asked, show_office, visible_branch
from survey.journeys.score import tallies_in
from survey.store import Database


def office_counts(
    database: Database, catalogue: Catalogue, staff: Staff, asked: Asked, *, language: str = "vi"
) -> Iterator[str]:
    """CSV lines of the headline that the office page shows, without what is hidden there. Raises OfficeUnknown."""
    page = show_office(database, catalogue, staff, asked)
    with database.reading() as connection:
        branch = visible_branch(connection, staff, asked.office_code)
        tallies = tallies_in(connection, branch, page.questionnaire, page.period)
    tally = counted(tallies, page.questionnaire, HEADLINE_CHANNELS)
    return as_counts(page.score, tally, page.questionnaire, language)
