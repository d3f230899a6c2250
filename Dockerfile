# The production image: one image for pages, workers, beat, mail receiver and migrations. No secret is in it.
FROM python:3.12-slim-bookworm AS build
WORKDIR /app
COPY start requirements.txt ./
# The same installation as on a workstation, without the embedded database and the simulators' needs.
RUN python3 start --install image
COPY . .
# The settings want secrets before they do anything: these live as long as this one command.
RUN CITIZENSERVICE_MODE=demo SECRET_KEY="$(head -c 48 /dev/urandom | base64 -w 0)" FIELD_KEYS=build \
    DATABASE_URL=postgresql://build@/build DATA_DIR=/data \
    .venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 citizenservice \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin citizenservice \
    && install -d -o citizenservice -g citizenservice /data/files
COPY --from=build /app /app
COPY --from=build /data/static /data/static
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=citizenservice.settings \
    CITIZENSERVICE_MODE=production \
    DATA_DIR=/data
USER 10001:10001
EXPOSE 8000 2525
CMD ["python", "-m", "gunicorn", "citizenservice.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket", \
     "--graceful-timeout", "5", "--log-level", "warning", "--worker-tmp-dir", "/dev/shm"]
