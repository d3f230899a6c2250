"""The rows of the service, one file for each thing people talk about."""

from enquiries.models.account import ChannelAccount, ChannelKind, Halt, PickUp
from enquiries.models.care import DraftText, Link, Mention, Merge, MessageChange, Note
from enquiries.models.citizen import ChannelIdentity, Citizen
from enquiries.models.clock import Clock, ClockEvent
from enquiries.models.enquiry import Attachment, Enquiry, EnquiryToken, Message, SenderTrust, SideChoice, Thread
from enquiries.models.files import FileScan, MediaFetch, ReplyFile
from enquiries.models.listening import Monitor, Overheard
from enquiries.models.notices import Acknowledgement, PostingNotice
from enquiries.models.organisation import ClosedDay, HouseStyle, Organisation, Promise, Team, Topic
from enquiries.models.payload import Payload, PayloadPlace
from enquiries.models.platform import ContextFetch, ContextPost, DataDeletion, Moderation, PlatformChange, PostWatch
from enquiries.models.policy import ApprovalPolicy, Endorsement, Freeze, PolicyDecision, Review, TrustStep
from enquiries.models.posting import Attempt, Posting
from enquiries.models.reading import SearchText, Tally
from enquiries.models.reply import Approval, Reply, ReplyReturn, ReplyVersion
from enquiries.models.satisfaction import Satisfaction
from enquiries.models.standard import StandardAnswer, StandardAnswerUse, StandardAnswerVersion, StandardInsertion
from enquiries.models.standing import AccountStanding, AccountUse

__all__ = [
    "AccountStanding",
    "AccountUse",
    "Acknowledgement",
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
    "ContextFetch",
    "ContextPost",
    "DataDeletion",
    "DraftText",
    "Endorsement",
    "Enquiry",
    "EnquiryToken",
    "FileScan",
    "Freeze",
    "Halt",
    "HouseStyle",
    "Link",
    "MediaFetch",
    "Mention",
    "Merge",
    "Message",
    "MessageChange",
    "Moderation",
    "Monitor",
    "Note",
    "Organisation",
    "Overheard",
    "Payload",
    "PayloadPlace",
    "PickUp",
    "PlatformChange",
    "PolicyDecision",
    "PostWatch",
    "Posting",
    "PostingNotice",
    "Promise",
    "Reply",
    "ReplyFile",
    "ReplyReturn",
    "ReplyVersion",
    "Review",
    "Satisfaction",
    "SearchText",
    "SenderTrust",
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
