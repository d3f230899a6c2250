"""The city's accounts on the simulated platforms."""

from enquiries.contract import Account
from simulators import credentials


def x_account(url: str = "http://127.0.0.1:9", **settings: object) -> Account:
    """The city on X."""
    return Account(
        id=1,
        kind="x",
        name="City of Northwell",
        external_id=credentials.X_USER_ID,
        handle=credentials.X_HANDLE,
        settings={"api_url": url, "timeout_seconds": 2, **settings},
        secrets={
            "consumer_key": credentials.X_CONSUMER_KEY,
            "consumer_secret": credentials.X_CONSUMER_SECRET,
            "access_token": credentials.X_ACCESS_TOKEN,
            "access_token_secret": credentials.X_ACCESS_TOKEN_SECRET,
        },
    )


def facebook_account(url: str = "http://127.0.0.1:9", **settings: object) -> Account:
    """The city's page."""
    return Account(
        id=2,
        kind="facebook",
        name="City of Northwell",
        external_id=credentials.FACEBOOK_PAGE_ID,
        handle="",
        settings={"api_url": url, "timeout_seconds": 2, **settings},
        secrets={
            "app_secret": credentials.FACEBOOK_APP_SECRET,
            "page_token": credentials.FACEBOOK_PAGE_TOKEN,
            "verify_token": credentials.FACEBOOK_VERIFY_TOKEN,
        },
    )
