"""What is true of e-mail as a channel, and what a mailbox needs."""

from django.utils.translation import gettext_lazy as _

from enquiries.contract import Secret, Setting, SettingKind, Traits
from enquiries.rules.may_reply import Row, Way

TLS = (("tls", _("TLS from the start")), ("starttls", _("STARTTLS")), ("none", _("not encrypted")))

EMAIL = Traits(
    icon="mail",
    ways=(Row(way=Way.IN_PRIVATE),),
    working_minutes=960,
    every_seconds=30,
    is_mail=True,
    secrets=(
        Secret(name="imap_password", label=_("IMAP password")),
        Secret(name="smtp_password", label=_("SMTP password")),
        Secret(name="archive_password", label=_("Password of the archive mailbox")),
        Secret(name="oauth2_client_id", label=_("OAuth 2.0 client ID")),
        Secret(name="oauth2_client_secret", label=_("OAuth 2.0 client secret")),
        Secret(name="oauth2_access_token", label=_("OAuth 2.0 access token")),
        Secret(name="oauth2_refresh_token", label=_("OAuth 2.0 refresh token")),
        Secret(name="verp_key", label=_("Key for bounce addresses (any long random text)")),
    ),
    settings=(
        Setting(
            name="imap_host", label=_("IMAP server"), kind=SettingKind.ADDRESS, help=_("Empty: only the receiver.")
        ),
        Setting(name="imap_port", label=_("IMAP port"), kind=SettingKind.NUMBER),
        Setting(name="imap_tls", label=_("IMAP encryption"), choices=TLS),
        Setting(name="imap_user", label=_("IMAP user"), help=_("The address itself unless you say otherwise.")),
        Setting(
            name="sign_in",
            label=_("sign-in"),
            choices=(("", _("password")), ("oauth2", _("OAuth 2.0, with tokens that are renewed"))),
        ),
        Setting(
            name="token_url", label=_("address for tokens"), help=_("Only for OAuth 2.0: where tokens are renewed.")
        ),
        Setting(name="oauth2_scope", label=_("scope of tokens"), help=_("Only where your provider asks for it.")),
        Setting(name="folder", label=_("folder"), help=_("INBOX unless you say otherwise.")),
        Setting(
            name="processed_folder", label=_("folder for what was read"), help=_("Empty: mails stay where they are.")
        ),
        Setting(name="smtp_host", label=_("SMTP server"), kind=SettingKind.ADDRESS, is_needed=True),
        Setting(name="smtp_port", label=_("SMTP port"), kind=SettingKind.NUMBER),
        Setting(name="smtp_tls", label=_("SMTP encryption"), choices=TLS),
        Setting(name="smtp_user", label=_("SMTP user")),
        Setting(
            name="gateway_id",
            label=_("name of your mail gateway"),
            help=_("As it writes it in Authentication-Results. Only its word on a sender counts; empty: nobody looks."),
        ),
        Setting(
            name="archive_address",
            label=_("archive address"),
            help=_("It gets a blind copy of every reply, by which one can see that a reply has left."),
        ),
        Setting(name="archive_folder", label=_("archive folder")),
        Setting(name="archive_user", label=_("archive user")),
    ),
)
