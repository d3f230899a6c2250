"""Practice enquiries in English and one in Arabic, from the plain question to the person in need."""

from __future__ import annotations

from practice.scenario import Scenario

SCENARIOS = (
    Scenario(
        key="missed-bin",
        title="The bin that was not emptied",
        skill="A plain question",
        side="PUBLIC",
        language="en",
        name="Priya Shah",
        subject="@northwell my brown bin was not emptied today",
        text="@northwell my brown bin was not emptied today, the whole street was skipped. When will you come back?",
        holds=(
            "Says sorry once, without excuses.",
            "Names the day on which the bin is emptied, or by when that is known.",
            "Says whether to leave the bin out.",
        ),
        trap="Asking for the address in public. Ask for it in private, or do without.",
    ),
    Scenario(
        key="angry-tax",
        title="The third letter about council tax",
        skill="An angry citizen",
        side="PRIVATE",
        language="en",
        name="Gordon Pike",
        subject="STILL no answer about my council tax!!!",
        text=(
            "This is the THIRD time I write. Nobody answers. I moved out of 12 Alder Row in June and you still take £148 "
            "every month. Are you all asleep over there? I pay your wages. If this is not sorted by Friday I go to the paper."
        ),
        holds=(
            "Shows that his anger is heard: three letters, five months.",
            "Says what happens now, who does it and by when.",
            "Says how the money comes back.",
        ),
        trap="Answering the tone instead of the question, or promising a refund nobody has checked.",
        hard=2,
    ),
    Scenario(
        key="crisis",
        title="“I cannot go on like this”",
        skill="Somebody in need",
        side="PRIVATE",
        language="en",
        name="Sam Whitlock",
        subject="housing benefit stopped",
        text=(
            "My housing benefit was stopped and the landlord wants us out on the 30th. I have two kids. I have not slept for a "
            "week and honestly I don't know if I can go on like this, maybe they'd be better off without me. What do I do"
        ),
        holds=(
            "Speaks to the person first: you are not alone with this.",
            "Names help that answers now: 999 in danger, Samaritans 116 123 at any hour.",
            "Says that a colleague phones today, and who.",
            "Then says what is done about the benefit.",
        ),
        trap="Answering about the benefit only. Tell your supervisor at once; do not leave this in the queue.",
        hard=3,
    ),
    Scenario(
        key="wrong-body",
        title="A passport that is not ours",
        skill="Not for us",
        side="PUBLIC",
        language="en",
        name="Lucy Marsh",
        subject="@northwell how long for a passport renewal?",
        text="@northwell how long does a passport renewal take at the moment? Need it before Easter!",
        holds=(
            "Says plainly that HM Passport Office does this, not the city.",
            "Gives its address: gov.uk/renew-adult-passport.",
            "Stays friendly: nobody has to know who does what.",
        ),
        trap="Guessing how long another body takes.",
    ),
    Scenario(
        key="posts-own-data",
        title="Everything about him, in public",
        skill="Private data",
        side="PUBLIC",
        language="en",
        name="Derek Holt",
        subject="@northwell blue badge",
        text=(
            "@northwell where is my blue badge?? Derek Holt, born 4/5/1951, NI number QQ 12 34 56 C, 7 Mill Lane NW9 1AA, "
            "07700 900461. Applied in August because of my MS."
        ),
        holds=(
            "Asks him kindly to delete his post, because everybody can read it.",
            "Repeats none of it.",
            "Leads him to a private way to go on.",
        ),
        trap="Repeating his name, illness or number, even to confirm it.",
        hard=2,
    ),
    Scenario(
        key="neighbour",
        title="What did the neighbour say?",
        skill="Private data",
        side="PRIVATE",
        language="en",
        name="Ruth Abel",
        subject="Who complained about my extension?",
        text=(
            "An officer came about my extension and said somebody complained. I am sure it was Mr Okafor at number 14. Just "
            "confirm it was him, and send me what he wrote. I have a right to know!"
        ),
        holds=(
            "Neither confirms nor denies who complained.",
            "Says why: we protect everybody who writes to us, her as well.",
            "Says which papers about her own extension she may ask for, and how.",
        ),
        trap="“I cannot confirm that it was Mr Okafor” says half of it already.",
        hard=2,
    ),
    Scenario(
        key="arabic-school",
        title="The school bus, in Arabic",
        skill="Another language",
        side="PRIVATE",
        language="ar",
        name="فاطمة الزهراء",
        subject="حافلة المدرسة",
        text=(
            "السلام عليكم، ابني في كرسي متحرك ولم تأتِ حافلة المدرسة منذ يوم الاثنين. لا أستطيع أن أوصله بنفسي وقد فاته ثلاثة "
            "أيام من الدراسة. متى تعود الحافلة؟"
        ),
        holds=(
            "Is answered in Arabic, or in short plain English with the offer of an interpreter.",
            "Says when the bus comes again, or who phones her today.",
            "Says what to do until then: a taxi at our cost, if that is so.",
        ),
        trap="A long English text put through a machine that nobody has read again.",
        hard=2,
    ),
    Scenario(
        key="rumour",
        title="Is the water poisoned?",
        skill="A rumour in public",
        side="PUBLIC",
        language="en",
        name="Northwell Mums",
        subject="@northwell is it TRUE the water is poisoned?",
        text="@northwell is it TRUE the water in Eastfield is poisoned and you cover it up?? 4,000 of us want an answer NOW",
        holds=(
            "Says what is known and what is not, in one sentence each.",
            "Says where the next news will stand, and when.",
            "Does not repeat the rumour as a headline.",
        ),
        trap="“There is no danger”, before the water company has said so. Ask your supervisor first.",
        hard=3,
    ),
    Scenario(
        key="praise",
        title="Just a thank-you",
        skill="A light touch",
        side="PUBLIC",
        language="en",
        name="Tomasz Nowak",
        subject="@northwell thank you!",
        text="@northwell your man Kev on the recycling round helped my mum (86) in with her bin in the snow. A legend!",
        holds=(
            "Thanks back, in a human voice; a smile is allowed.",
            "Passes it on to the crew, and says so.",
        ),
        trap="A stock phrase. Nor more about Kev or the mother than stands there already.",
    ),
)
