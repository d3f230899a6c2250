"""The personal-data guard: what in a reply should not stand in public before a person has said so for each place."""

from enquiries.rules.personal_data.masks import MaskFault, fault_of
from enquiries.rules.personal_data.search import find
from enquiries.rules.personal_data.values import REASONS, Context, Find, Kind

__all__ = ["REASONS", "Context", "Find", "Kind", "MaskFault", "fault_of", "find"]
