"""Plain words the finders compare with: which ones are nobody's name, nobody's sentence, nobody's address."""

from __future__ import annotations

# Six of these in a row are how everybody writes; only words beside them make a sentence somebody's own.
_SMALL = """
a an and are as at be been but by can could did do does for from had has have he her him his how i if in is it
its just like know let may me my no not of on or our please she so that the their them then there they this to
us very was we were what when where which who will with would you your thank thanks contact question questions
answer hear soon get touch aan al als ben bent bij dan dat de deze die dit door een en er graag heb hebben
hebt heeft het hij hoe ik je kan kunt kunnen maar mee met mij mijn naar niet nog nu om ons onze op over te
toch u uit uw van vanaf voor vraag vragen wat wel wij wil wilt worden wordt zal ze zij zijn zo zou dank
bedankt bericht weten aber auf aus bei das dem den der ein eine einen es fur haben hat ich ihr ihre im ist
kann mich mir mit nach nicht oder sich sie sind und uns unser von war wenn wie wir zu zum zur danke frage
bitte
"""
# What stands before "at" or "@" when no address follows.
_NOT_A_NAME = """
a an the us me you it is are be look see more read find visit meet ons op u wij we kijk lees info meer loket
balie him her them team open apply here today now also
"""
# Between first name and surname; alone they say nothing.
_PARTICLES = """
van de den der het ten ter te von zu da dos del di la le el al bin ben ibn abu bint af
"""
# Names that are words as well: they count behind a form of address, between people, or with the rest of the name.
_WORDS_TOO = """
will may mark rose grace joy hope bill art sky faith august summer green brown white black young king rich
frank grant jan park hill wood stone field lane bush rice bird fox wolf ray guy dean miles max rob pat sue
dawn june april ivy holly bakker visser smit smid mulder kok bos berg dijk water vos haan koning prins graaf
boer brouwer post klein groot lang kort wit zwart bruin roos linde storm dag nacht zomer winter weiss schwarz
gross lange koch richter kaiser vogel
"""
SMALL = frozenset(_SMALL.split())
NOT_A_NAME = frozenset(_NOT_A_NAME.split())
PARTICLES = frozenset(_PARTICLES.split())
WORDS_TOO = frozenset(_WORDS_TOO.split())
