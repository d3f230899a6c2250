"""What simulated citizens write: everyday matters of a city in English, Dutch, Arabic and Polish."""

from typing import Final

PLACES: Final = (
    "Mill Lane",
    "Station Road",
    "Market Square",
    "Harbour Street",
    "Elm Grove",
    "Canal Walk",
    "Queen Street",
)

# Name and handle; the handle is also the first part of the mail address.
PEOPLE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "en": (
        ("Dana Meyer", "dana_meyer"),
        ("Eli Brooks", "eli_brooks"),
        ("Grace Okafor", "grace_okafor"),
        ("Tom Baker", "tom_baker"),
        ("Priya Raman", "priya_nw"),
        ("Sam Whitfield", "samwhitfield"),
        ("Nora Quinn", "nora_quinn"),
        ("Leo Marsh", "leo_marsh"),
    ),
    "nl": (
        ("Jan de Wit", "jan_dewit"),
        ("Sanne Bakker", "sannebakker"),
        ("Pieter Vos", "pietervos"),
        ("Fleur Jansen", "fleur_jansen"),
    ),
    "ar": (("سلمى حداد", "salma_h"), ("يوسف منصور", "yusuf_mansour"), ("ليلى خوري", "layla_khoury")),
    "pl": (("Marta Kowalska", "martakowalska"), ("Piotr Nowak", "piotr_nowak"), ("Ania Wróbel", "ania_wrobel")),
}

WRITINGS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "en": (
        (
            "Missed garden waste",
            "The garden waste bin at {number} {place} was missed again. When will the crew come back?",
        ),
        (
            "Street light is out",
            "The street light outside {number} {place} has been dark for a week. It is not safe at night.",
        ),
        ("Pothole", "There is a deep pothole in {place} near number {number}. A cyclist fell there this morning."),
        (
            "Parking permit",
            "My parking permit for {place} ends on Friday and the site shows an error. Can I still park?",
        ),
        ("Council tax", "I moved to {number} {place} and received two council tax bills. Which one do I pay?"),
        ("Noise at night", "Building work in {place} starts at 5 in the morning. Is that allowed?"),
        ("Library hours", "Is the library in {place} open on the public holiday?"),
        ("Blue badge", "How long does a Blue Badge renewal take now? My mother applied six weeks ago."),
        ("Fly-tipping", "Somebody left a sofa and paint tins behind {number} {place}. Who takes them away?"),
        (
            "Playground swing",
            "The swing on the playground in {place} has a broken chain. Please close it before a child is hurt.",
        ),
        ("Allergy at school", "Which form do I need for a food allergy at Elm Grove primary? School starts on Monday."),
        ("Thank you", "The repair in {place} was quick. Please tell the crew that they did well."),
    ),
    "nl": (
        ("Grofvuil", "Het grofvuil bij {place} {number} is niet opgehaald. Wanneer komt de wagen terug?"),
        ("Kapotte lantaarn", "De lantaarnpaal bij {place} {number} brandt al een week niet. Kan die gemaakt worden?"),
        ("Paspoort", "Kan ik mijn paspoort ook op zaterdag ophalen, en wat moet ik meenemen?"),
        ("Parkeren", "Mijn vergunning voor {place} loopt af en de website geeft een fout. Wat moet ik doen?"),
        ("Gladheid", "De fietsbrug bij {place} is spiegelglad. Wordt er nog gestrooid?"),
    ),
    "ar": (
        ("جمع النفايات", "لم يتم جمع النفايات من {place} رقم {number} منذ أسبوعين. متى سيأتي العمال؟"),
        ("إنارة الشارع", "مصباح الشارع أمام {place} رقم {number} لا يعمل. من أبلغ؟"),
        ("موعد الجوازات", "كيف أحجز موعدا لتجديد الإقامة، وما هي الأوراق المطلوبة؟"),
        ("المكتبة", "متى تفتح المكتبة في {place} يوم السبت؟"),
    ),
    "pl": (
        ("Odpady", "Nie odebrano śmieci z {place} {number}. Kiedy przyjedzie śmieciarka?"),
        ("Autobus", "Czy autobus 12 nadal staje przy {place}? Na przystanku nie ma rozkładu."),
        ("Meldunek", "Jak zameldować się pod nowym adresem i jakie dokumenty są potrzebne?"),
        ("Dziura w jezdni", "Przy {place} {number} jest duża dziura w jezdni. Proszę ją naprawić."),
    ),
}

FOLLOW_UPS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "Is there any news on this?",
        "It is still the same today.",
        "I forgot to say: it is at the corner, by the bus stop.",
    ),
    "nl": (
        "Is hier al nieuws over?",
        "Het is vandaag nog steeds zo.",
        "Ik vergat te zeggen: het is op de hoek bij de bushalte.",
    ),
    "ar": ("هل من جديد بخصوص هذا الموضوع؟", "الوضع لا يزال كما هو اليوم."),
    "pl": ("Czy coś już wiadomo?", "Dziś jest nadal tak samo."),
}

THANKS: Final[dict[str, tuple[str, ...]]] = {
    "en": ("Thank you, that helps.", "Thanks. And what if it happens again?", "Great, thank you for the quick answer!"),
    "nl": ("Dank u wel, daar heb ik wat aan.", "Bedankt. En als het weer gebeurt?"),
    "ar": ("شكرا جزيلا على الرد السريع.", "شكرا. وماذا لو تكرر ذلك؟"),
    "pl": ("Dziękuję za szybką odpowiedź.", "Dziękuję. A co, jeśli to się powtórzy?"),
}
