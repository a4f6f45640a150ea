"""What the quality rules see of a response: what it says, and the evidence of how it came (Q2)."""

from survey.domain.questionnaire import Questionnaire
from survey.domain.response import Response
from survey.domain.trust import Seen
from survey.store.responses import Evidence


def seen_of(response: Response, known: Evidence, *, desk: str, questionnaire: Questionnaire | None) -> Seen:
    """A response as the rules see it, at the desk of that code; without its questionnaire its answers are not seen."""
    asked = questionnaire.criteria if questionnaire else ()
    answers = (response.answers.get(criterion.id) for criterion in asked)
    return Seen(
        key=response.key,
        desk=desk,
        channel=response.channel,
        received_at=known.received_at,
        completed=response.completed,
        verified=response.verified,
        duration=known.duration,
        values=tuple(answer for answer in answers if isinstance(answer, int)),
        sender=known.sender,
        device=known.device,
        own_network=known.own_network,
        texts=tuple(response.texts.values()),
    )
