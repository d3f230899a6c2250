"""Practice enquiries in Dutch."""

from __future__ import annotations

from practice.scenario import Scenario

SCENARIOS = (
    Scenario(
        key="verhuizing",
        title="Verhuizen, en dan?",
        skill="A plain question",
        side="PRIVATE",
        language="nl",
        name="Anna de Wit",
        subject="Verhuizing doorgeven",
        text="Wij verhuizen op 1 februari binnen de gemeente. Vanaf wanneer kan ik dat doorgeven? Wat heb ik nodig?",
        holds=(
            "Noemt de termijn: van vier weken voor tot vijf dagen na de verhuizing.",
            "Noemt hoe: met DigiD op de website, of aan de balie met legitimatie.",
            "Zegt dat het voor het hele gezin in één keer kan.",
        ),
        trap="Vragen naar het BSN: dat is hier niet nodig.",
    ),
    Scenario(
        key="bsn-mail",
        title="Een mail met BSN en rekeningnummer",
        skill="Private data",
        side="PRIVATE",
        language="nl",
        name="Henk Visser",
        subject="Kwijtschelding",
        text=(
            "Beste gemeente, ik wil graag kwijtschelding van de afvalstoffenheffing. Mijn BSN is 123456782 en mijn rekening "
            "NL91 ABNA 0417 1643 00. Mijn vrouw (Ria, 123456782) is vorig jaar overleden. Wat moet ik doen?"
        ),
        holds=(
            "Condoleert hem, kort en gemeend.",
            "Zegt wanneer kwijtschelding kan en hoe hij die aanvraagt.",
            "Herhaalt geen nummer, en legt uit waarom hij ze beter niet mailt.",
        ),
        trap="Zijn eigen woorden onder het antwoord laten staan: dan gaan de nummers nog eens door de mail.",
        hard=2,
    ),
    Scenario(
        key="boete",
        title="Een boete van de politie",
        skill="Not for us",
        side="PUBLIC",
        language="nl",
        name="Youssef B.",
        subject="@northwell boete",
        text="@northwell 109 euro boete voor even stilstaan bij de school! Haal dat weg of ik stem nooit meer!",
        holds=(
            "Toont begrip voor de schrik.",
            "Zegt dat bezwaar bij het CJIB of de officier van justitie moet, binnen zes weken.",
            "Blijft bij de feiten, ook bij de laatste zin.",
        ),
        trap="In het openbaar over zijn zaak oordelen.",
        hard=2,
    ),
    Scenario(
        key="scheldpartij",
        title="Schelden op een collega",
        skill="An angry citizen",
        side="PRIVATE",
        language="nl",
        name="R. Jansen",
        subject="Die trut aan jullie balie",
        text=(
            "Die trut aan de balie stuurde mij dinsdag weg omdat mijn rijbewijs één dag verlopen was. Twee uur voor niks vrij "
            "genomen. Schaam je. Ik wil nu een afspraak en wel zonder weer te wachten."
        ),
        holds=(
            "Erkent de vervelende ochtend, zonder de collega te laten vallen.",
            "Geeft een concrete mogelijkheid voor een afspraak, ook buiten werktijd.",
            "Zegt wat hij meeneemt, zodat het in één keer lukt.",
        ),
        trap="Terugschelden, of juist over het schelden heen praten alsof het gewoon is.",
        hard=2,
    ),
)
