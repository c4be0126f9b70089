-- Run once by the database image, as its superuser, when its volume is empty: the two roles and the
-- company's database, as `db/embedded.py` makes them on the embedded server.
\set ON_ERROR_STOP on
\getenv owner_password COFFEESTUDIO_OWNER_PASSWORD
\getenv app_password COFFEESTUDIO_APP_PASSWORD

BEGIN;
-- Owns everything: migrations, backups, erasure. Never used while members are served.
CREATE ROLE coffeestudio_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS
    PASSWORD :'owner_password';
-- Serves the members; what it may see and change, row-level security decides.
CREATE ROLE coffeestudio_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS
    PASSWORD :'app_password';
COMMIT;

CREATE DATABASE company OWNER coffeestudio_owner TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
-- A temporary table could stand in front of a real one.
REVOKE CONNECT, TEMPORARY ON DATABASE company FROM PUBLIC;
GRANT CONNECT ON DATABASE company TO coffeestudio_app;

\connect company
CREATE EXTENSION vector;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO coffeestudio_owner, coffeestudio_app;
