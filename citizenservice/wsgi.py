"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citizenservice.settings")
application = get_wsgi_application()

from enquiries.registry import channel, kinds  # noqa: E402 - the models must be loaded first

for kind in kinds():  # Loading the clients takes half a second: before the fork, not in somebody's first request.
    channel(kind)
