"""Who lives in the demo: the twelve who sign in, and the citizens who write."""

from __future__ import annotations

from dataclasses import dataclass

from agents.models import Role

PASSWORD = "northwell-demo"  # noqa: S105 - printed at the start of every demo; opens nothing else
STREETS = "Waste and streets"
HOMES = "Housing and benefits"
PAPERS = "Council tax and registry"
TEAMS = (STREETS, HOMES, PAPERS)


@dataclass(frozen=True)
class SignIn:
    """Somebody who works for Northwell. `team` is empty for the administrator."""

    name: str
    role: Role
    team: str = ""

    @property
    def email(self) -> str:
        """The address for signing in: the first name, without its accents, at the city."""
        first = self.name.split()[0].lower()
        return first.translate(str.maketrans("éłüı", "elui")) + "@northwell.example"

    @property
    def line(self) -> str:
        """One aligned line for a terminal."""
        return f"{self.email:<28} {self.role.label:<14} {self.team or 'everything':<26} {self.name}"


SIGN_INS = (
    SignIn("Anouk Bakker", Role.AGENT, STREETS),
    SignIn("Jamal Osei", Role.AGENT, STREETS),
    SignIn("Priya Raman", Role.AGENT, STREETS),
    SignIn("Margaret Kelly", Role.SUPERVISOR, STREETS),
    SignIn("Tomasz Wójcik", Role.SUPERVISOR, STREETS),
    SignIn("Samira Haddad", Role.AGENT, HOMES),
    SignIn("Oliver Byrne", Role.AGENT, HOMES),
    SignIn("Wilhelmina Featherstonehaugh-Adeyemi", Role.SUPERVISOR, HOMES),
    SignIn("Emre Yılmaz", Role.AGENT, PAPERS),
    SignIn("Charlotte Dubois", Role.AGENT, PAPERS),
    SignIn("Henrik Larsen", Role.SUPERVISOR, PAPERS),
    SignIn("Ada Okonkwo", Role.ADMIN),
)

ONE_CLICK = {
    "agent": "anouk@northwell.example",
    "supervisor": "margaret@northwell.example",
    "admin": "ada@northwell.example",
}
"""Role in the address of a one-click sign-in → whose sign-in it is."""

CITIZENS = {
    "en": (
        "Linda Byrne",
        "Tom Baker",
        "Rosie Schmidt",
        "Wilfred Featherstonehaugh",
        "Ngozi Chukwuemeka-Oyelaran",
        "Daniel Jones",
        "Ciara Murphy",
        "Bernard Osei",
        "Nikolai Petrov",
        "Thuy Nguyen",
        "Elena Rossi",
        "Harriet Cholmondeley-Warner",
        "Jack Reid",
        "Agnes MacGillivray of Glenlochar",
        "Sunil Venkataraghavan Subramaniam",
        "Maya Roy",
        "Li",
    ),
    "nl": (
        "Annemarie van der Heijden-Oosterhuis",
        "Jan de Wit",
        "Maarten van den Broek",
        "Saskia Vermeulen",
        "Joost 't Hart",
    ),
    "ar": ("فاطمة الزهراء بن عبد السلام", "سلمى حداد", "محمد عبد الرحمن الأندلسي", "يوسف خليل", "نورة العتيبي"),
    "pl": ("Marta Kowalska", "Zbigniew Brzęczyszczykiewicz", "Agnieszka Wiśniewska-Szczepańska", "Piotr Zając"),
    "tr": ("Hatice Yılmaz", "Muhammed Ali Karaosmanoğlu-Büyükkaragöz", "Elif Şahin", "Çağrı Öztürk"),
}
PLACES = (
    "Mill Lane",
    "Castle Street",
    "Harbour Road",
    "St Oswald's Terrace",
    "Victoria Crescent",
    "Orchard Way",
    "Station Approach",
    "Upper Quay",
    "Larkspur Close",
    "Market Square",
)
