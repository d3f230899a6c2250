"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citizenservice.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - the models must be loaded first

from enquiries.registry import channel, kinds  # noqa: E402

for kind in kinds():  # Loading the clients takes half a second: before the fork, not in somebody's first request.
    channel(kind)
_ = get_resolver().url_patterns  # all views likewise

# What is loaded now stays until the process ends. To look through its 200,000 objects for rubbish again and again halts every
# request of a process for 0.1 to 0.3 s, and writes into memory that the processes share.
gc.collect()
gc.freeze()
