-- Every service gets a role and a database of its own, which nobody else can connect to. May run again and
-- again: a password becomes what the environment says now. Needs psql 15 or newer (\getenv).
\set ON_ERROR_STOP on
SET client_min_messages = warning;
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;

\set name aduan_intake
\getenv password ADUAN_DATABASE_PASSWORD_INTAKE
\ir role.sql

\set name aduan_routing
\getenv password ADUAN_DATABASE_PASSWORD_ROUTING
\ir role.sql

\set name aduan_sla
\getenv password ADUAN_DATABASE_PASSWORD_SLA
\ir role.sql

\set name aduan_notify
\getenv password ADUAN_DATABASE_PASSWORD_NOTIFY
\ir role.sql

\set name aduan_ombudsman
\getenv password ADUAN_DATABASE_PASSWORD_OMBUDSMAN
\ir role.sql
