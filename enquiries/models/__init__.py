"""The rows of the service, one file for each thing people talk about."""

from enquiries.models.account import ChannelAccount, ChannelKind, PickUp
from enquiries.models.care import DraftText, Link, Mention, Merge, MessageChange, Note
from enquiries.models.citizen import ChannelIdentity, Citizen
from enquiries.models.clock import Clock, ClockEvent
from enquiries.models.enquiry import Attachment, Enquiry, EnquiryToken, Message, SideChoice, Thread
from enquiries.models.organisation import ClosedDay, HouseStyle, Organisation, Promise, Team, Topic
from enquiries.models.payload import Payload
from enquiries.models.policy import ApprovalPolicy, Endorsement, Freeze, PolicyDecision, Review, TrustStep
from enquiries.models.posting import Attempt, Posting
from enquiries.models.reading import SearchText, Tally
from enquiries.models.reply import Approval, Reply, ReplyReturn, ReplyVersion
from enquiries.models.satisfaction import Satisfaction
from enquiries.models.standard import StandardAnswer, StandardAnswerUse, StandardAnswerVersion, StandardInsertion

__all__ = [
    "Approval",
    "ApprovalPolicy",
    "Attachment",
    "Attempt",
    "ChannelAccount",
    "ChannelIdentity",
    "ChannelKind",
    "Citizen",
    "Clock",
    "ClockEvent",
    "ClosedDay",
    "DraftText",
    "Endorsement",
    "Enquiry",
    "EnquiryToken",
    "Freeze",
    "HouseStyle",
    "Link",
    "Mention",
    "Merge",
    "Message",
    "MessageChange",
    "Note",
    "Organisation",
    "Payload",
    "PickUp",
    "PolicyDecision",
    "Posting",
    "Promise",
    "Reply",
    "ReplyReturn",
    "ReplyVersion",
    "Review",
    "Satisfaction",
    "SearchText",
    "SideChoice",
    "StandardAnswer",
    "StandardAnswerUse",
    "StandardAnswerVersion",
    "StandardInsertion",
    "Tally",
    "Team",
    "Thread",
    "Topic",
    "TrustStep",
]
