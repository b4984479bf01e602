#!/bin/sh
# Run once, by the image of PostgreSQL, when it makes its data: the owner of the tables, and the role that the directory works as.
# The owner migrates and makes backups. The other may neither change the tables nor what was logged (`newgrowth migrate --grant`).
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set owner="$(cat /run/secrets/postgresql-owner-password)" \
    --set app="$(cat /run/secrets/postgresql-app-password)" <<'SQL'
CREATE ROLE newgrowth_owner LOGIN PASSWORD :'owner';
CREATE ROLE newgrowth_app LOGIN PASSWORD :'app';
ALTER DATABASE newgrowth OWNER TO newgrowth_owner;
-- So that the log can name whoever holds it up.
GRANT pg_read_all_stats TO newgrowth_app;
-- Whoever leaves a transaction open holds up the log for everyone: after a minute it is ended.
ALTER DATABASE newgrowth SET idle_in_transaction_session_timeout = '60s';
SQL
