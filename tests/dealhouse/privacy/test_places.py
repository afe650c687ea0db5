"""Where a person stands without their key: what staff wrote, what was refused, what others sent, what a backup brings back."""

import io
import os
import shutil
from pathlib import Path

import pytest

from dealhouse.errors import LeftBehindError
from dealhouse.landing.store import open_store
from dealhouse.loading import quarantine
from dealhouse.loading.load import load_batch
from dealhouse.loading.rebuild import rebuild
from dealhouse.privacy.catalogue import WRITERS
from dealhouse.privacy.erase import replay
from dealhouse.settings import settings
from tests.dealhouse.loading.conftest import AS_OF, Ask, Land
from tests.dealhouse.privacy.conftest import ANN_KEY, ANNS_ADDRESS, AT, BOB, execute, order
from tests.dealhouse.privacy.test_erase import erase_ann, traces
from tests.fingerprints import differences, fingerprints


def test_what_staff_wrote_about_a_refused_row_names_nobody(past: str, ask: Ask) -> None:
    (held,) = quarantine.find()
    quarantine.drop([held["id"]], "kim", f"7 asked, from {ANNS_ADDRESS}")
    erase_ann()
    assert ask("select decided_by, reason from raw.reject_decisions") == [("kim", "erased asked, from erased")]
    assert traces(past) == {}


def test_an_address_without_a_number_goes_and_others_keep_the_rest(past: str, land: Land, ask: Ask) -> None:
    nobody = {"email": ANNS_ADDRESS.upper(), "registered_at": AT, "updated_at": AT}
    load_batch(land(nobody, kind="shop_customers", source="shop", merchant_id="house"), AS_OF)
    given = order("O7", BOB, gift_for=f"to {ANNS_ADDRESS}", note="bob.example@mail.example and joann.example@mail.example")
    load_batch(land(given, kind="shop_orders", source="shop", merchant_id="house"), AS_OF)
    erase_ann()
    assert [place for place, words in traces(past, (ANNS_ADDRESS.upper(), f" {ANNS_ADDRESS}")).items() if words] == []
    assert "joann.example" in str(traces(past, ("joann.example",)))
    assert ask("select count(*) from raw.shop_orders where order_id = 'O7'") == [(1,)]


def test_landing_that_a_backup_brought_back_is_cleaned_as_it_was(past: str, tmp_path: Path) -> None:
    landing = settings().home / "store" / "landing"
    shutil.copytree(landing, tmp_path / "backup")
    erase_ann()
    shutil.rmtree(landing)
    shutil.copytree(tmp_path / "backup", landing)
    assert replay(build=False) is not None
    assert traces(past) == {}, "also visits that named her device alone"
    before = fingerprints(past, ["raw"])
    rebuild()
    assert differences(before, fingerprints(past, ["raw"])) == []


@pytest.mark.usefixtures("past")
def test_what_a_write_left_that_was_cut_short_goes() -> None:
    folder = settings().home / "store" / "landing"
    for name in (".tmp-old", ".tmp-now"):
        (folder / name).write_text(ANN_KEY)
    os.utime(folder / ".tmp-old", (0, 0))
    erase_ann()
    assert [path.name for path in folder.glob(".tmp-*")] == [".tmp-now"]


@pytest.mark.usefixtures("past")
def test_whatever_is_no_figure_in_a_table_of_files_is_looked_through() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, column in (("list", pa.array([["x", ANN_KEY]])), ("words", pa.array([ANN_KEY]).dictionary_encode())):
        sink = io.BytesIO()
        pq.write_table(pa.table({"who": column}), sink)
        open_store().put(f"models/{name}.parquet", sink.getvalue())
    with pytest.raises(LeftBehindError, match=r"models/list\.parquet \(1\), models/words\.parquet \(1\)"):
        erase_ann()


def test_every_schema_with_tables_is_searched(past: str) -> None:
    found = execute(past, """
        select distinct n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
            and c.relname <> 'alembic_version'
    """)
    assert {schema for (schema,) in found} - WRITERS.keys() == set()
