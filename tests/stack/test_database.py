import psycopg2

SCHEMAS = {
    "raw", "staging", "intermediate", "marts", "features", "predictions", "scored", "publish_candidate", "publish", "inbox",
    "contact", "notify", "ops",
}


def test_migration_builds_every_schema(database_url: str) -> None:
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace where nspname !~ '^(pg_|information_schema|public)'")
        assert {name for (name,) in cursor.fetchall()} == SCHEMAS
