"""The rows of the service, one file for each thing people talk about."""

from enquiries.models.account import ChannelAccount, ChannelKind, PickUp
from enquiries.models.citizen import ChannelIdentity, Citizen
from enquiries.models.clock import Clock, ClockEvent
from enquiries.models.enquiry import Attachment, Enquiry, EnquiryToken, Message, SideChoice, Thread
from enquiries.models.organisation import ClosedDay, Organisation, Promise, Team, Topic
from enquiries.models.payload import Payload
from enquiries.models.posting import Attempt, Posting
from enquiries.models.reply import Approval, Reply, ReplyReturn, ReplyVersion

__all__ = [
    "Approval",
    "Attachment",
    "Attempt",
    "ChannelAccount",
    "ChannelIdentity",
    "ChannelKind",
    "Citizen",
    "Clock",
    "ClockEvent",
    "ClosedDay",
    "Enquiry",
    "EnquiryToken",
    "Message",
    "Organisation",
    "Payload",
    "PickUp",
    "Posting",
    "Promise",
    "Reply",
    "ReplyReturn",
    "ReplyVersion",
    "SideChoice",
    "Team",
    "Thread",
    "Topic",
]
