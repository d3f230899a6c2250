"""What the database keeps by itself so that the desk reads quickly: words to search, and counts. Nobody else writes here."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from enquiries.models.enquiry import Enquiry


class SearchText(models.Model):
    """Every word that was said in an enquiry and in those merged into it, kept by triggers (sql/search.sql).

    `last_id` is the newest message: the order in which a search shows what it finds.
    """

    enquiry = models.OneToOneField(Enquiry, models.PROTECT, primary_key=True, related_name="search_text")
    last_id = models.BigIntegerField()
    document = SearchVectorField()

    class Meta:
        # A short list of what is not sorted in yet: each search reads all of it.
        indexes = [GinIndex(fields=["document"], name="search_document", gin_pending_list_limit=256)]

    def __str__(self) -> str:
        return f"words of enquiry {self.enquiry_id}"


class Tally(models.Model):
    """So many enquiries more or fewer on a shelf; the sum counts. Written by triggers (sql/counts.sql).

    Plain numbers and no foreign keys: writing one takes no lock that anybody could wait for.
    """

    organisation_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    shelf = models.CharField(max_length=20)
    is_free = models.BooleanField()
    day = models.DateField(null=True)
    n = models.BigIntegerField()
    changes = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.n:+} on {self.shelf}"
