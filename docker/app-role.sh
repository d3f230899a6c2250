#!/bin/sh
# Runs once, when PostgreSQL makes its data folder: the service gets a role that is no superuser, and its database.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set password="$APP_PASSWORD" <<'SQL'
CREATE ROLE app LOGIN PASSWORD :'password';
CREATE DATABASE citizenservice OWNER app ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0;
REVOKE ALL ON DATABASE citizenservice FROM PUBLIC;
SQL
