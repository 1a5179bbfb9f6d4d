"""The picture of a ticket's life in a dossier: that of its page, for a reader without a service behind it."""

from api.dossier.parts import Picture
from api.dossier.told import Told
from api.pages.on_ticket.windows import life_of, window
from api.pages.pictures.story import PictureWords, story
from api.pages.pictures.timeline import drawn
from api.pages.texts import say

KINDS = ("counting", "late", "paused", "closed")


def picture(told: Told) -> Picture:
    """The whole life up to the instant of the dossier, and the nearest deadline where it is not far."""
    judgement = told.now
    shown = window(judgement, life_of(judgement), told.where, None, None)
    words = PictureWords(judgement, told.wording, told.name, told.chapters, say("dossier.picture.now"))
    return Picture(drawn(story(words), shown.scale, words), [(kind, say(f"ticket.legend.{kind}")) for kind in KINDS])
