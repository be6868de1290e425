-- Roles with the least they need, on PostgreSQL. Run it as superuser in the product's database, once before the first
-- `manage.py migrate` and again after each one; it is safe to repeat:
--
--     psql -v ON_ERROR_STOP=1 -d mingjian -f deploy/roles.sql
--
-- mingjian_owner    owns every table; migrates and seals (MIGRATE_DATABASE_URL); no server or worker knows its password
-- mingjian_app      the web server            writes; on sealed tables only adds; gives no places in the ledger's order
-- mingjian_worker   the sweep, the sealer     as the app, and gives places
-- mingjian_ro       statistics, a replica     reads everything but keys, passwords and sessions
-- mingjian_auditor  the auditor's own tools   reads the ledger and the histories only
-- mingjian_backup   pg_dump                   reads everything
--
-- Passwords are set apart (\password mingjian_app), never here. Sealed is what bears the trigger audit_seal_rows.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['mingjian_owner', 'mingjian_app', 'mingjian_worker', 'mingjian_ro', 'mingjian_auditor', 'mingjian_backup']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
        EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), wanted);
    END LOOP;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('ALTER DATABASE %I OWNER TO mingjian_owner', current_database());
END $$;

-- Nobody but the owner makes anything in the schema.
ALTER SCHEMA public OWNER TO mingjian_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO mingjian_app, mingjian_worker, mingjian_ro, mingjian_auditor, mingjian_backup;

DO $$
DECLARE
    t record;
    writers text := 'mingjian_app, mingjian_worker';
    everyone text := 'mingjian_app, mingjian_worker, mingjian_ro, mingjian_auditor, mingjian_backup';
BEGIN
    FOR t IN SELECT c.oid, c.relname AS name, c.relkind AS kind, c.oid::regclass AS full_name,
                    EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname = 'audit_seal_rows') AS sealed
             FROM pg_class c
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
               -- a sequence that belongs to a column follows its table
               AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')))
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO mingjian_owner', CASE t.kind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, t.full_name);
        CONTINUE WHEN t.kind = 'S';
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %s', t.full_name, everyone);
        EXECUTE format('GRANT SELECT ON %s TO mingjian_backup', t.full_name);
        IF t.name = 'django_migrations' THEN
            EXECUTE format('GRANT SELECT ON %s TO %s', t.full_name, writers);
        ELSIF t.sealed AND t.name IN ('audit_place', 'audit_subtree', 'audit_head') THEN
            EXECUTE format('GRANT SELECT ON %s TO %s', t.full_name, everyone);
            EXECUTE format('GRANT INSERT ON %s TO mingjian_worker', t.full_name);
        ELSIF t.sealed THEN
            EXECUTE format('GRANT SELECT ON %s TO %s', t.full_name, everyone);
            EXECUTE format('GRANT INSERT ON %s TO %s', t.full_name, writers);
        ELSIF t.name = 'audit_waiting' THEN
            EXECUTE format('GRANT SELECT ON %s TO %s', t.full_name, everyone);
            EXECUTE format('GRANT INSERT ON %s TO %s', t.full_name, writers);
            EXECUTE format('GRANT DELETE ON %s TO mingjian_worker', t.full_name);
        ELSIF t.name IN ('audit_personalkey', 'accounts_enterpriseword') OR t.name LIKE 'axes\_%' OR t.name LIKE 'django\_session' THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %s', t.full_name, writers);
        ELSE
            EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO %s', t.full_name, writers);
            IF t.name <> 'accounts_user' THEN
                EXECUTE format('GRANT SELECT ON %s TO mingjian_ro', t.full_name);
            END IF;
        END IF;
    END LOOP;
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %s', writers);
    EXECUTE 'GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO mingjian_backup';
    EXECUTE 'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO mingjian_app, mingjian_worker';
    IF to_regproc('audit_refuse') IS NOT NULL THEN
        EXECUTE 'ALTER FUNCTION audit_refuse() OWNER TO mingjian_owner';
    END IF;
END $$;
