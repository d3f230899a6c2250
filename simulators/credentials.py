"""Fixed sign-in data of the simulated platforms: public on purpose, worthless outside the demo and the tests."""

from typing import Final

X_CONSUMER_KEY: Final = "northwell-consumer-key"
X_CONSUMER_SECRET: Final = "northwell-consumer-secret"
X_ACCESS_TOKEN: Final = "1000000001-northwell-access-token"
X_ACCESS_TOKEN_SECRET: Final = "northwell-access-token-secret"
X_BEARER_TOKEN: Final = "northwell-bearer-token"
X_USER_ID: Final = "1000000001"
X_HANDLE: Final = "northwell"
X_NAME: Final = "City of Northwell"

FACEBOOK_APP_ID: Final = "2000000900"
FACEBOOK_APP_SECRET: Final = "northwell-app-secret"
FACEBOOK_VERIFY_TOKEN: Final = "northwell-verify-token"
FACEBOOK_PAGE_ID: Final = "2000000001"
FACEBOOK_PAGE_NAME: Final = "City of Northwell"
FACEBOOK_PAGE_TOKEN: Final = "PAGETOKEN-northwell"

MASTODON_SERVER: Final = "https://social.northwell.example"
MASTODON_TOKEN: Final = "northwell-mastodon-token"
MASTODON_ACCOUNT_ID: Final = "110000000000000001"
MASTODON_HANDLE: Final = "northwell"
MASTODON_NAME: Final = "City of Northwell"

MAIL_ADDRESS: Final = "info@northwell.example"
MAIL_PASSWORD: Final = "demo"
