import psycopg2

from dealhouse.alerts import raise_alert


def test_an_alert_is_a_row(warehouse: str) -> None:
    raise_alert("ingest_offers", "warning", "layout drifted", detail={"field": "price"})
    with psycopg2.connect(warehouse) as connection, connection.cursor() as cursor:
        cursor.execute("select room, severity, message, detail->>'field', as_of from ops.alerts")
        assert cursor.fetchall() == [("ingest_offers", "warning", "layout drifted", "price", None)]
