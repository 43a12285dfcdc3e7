package dev.boardcast.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.testing.Services;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table of Boardcast's own database as a source. */
class OwnSourceIT {
  private static final SourceName ORDERS = SourceName.parse(Optional.empty(), "orders");

  private final DatabaseConfig db = Services.get().freshDatabase();
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    connection = JdbcSession.open(db, "test");
    Orders.create(connection);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void factsAreTheRowsAfterEveryStatement() throws Exception {
    install();
    assertEquals(300, sync().corrected());
    var orders = new Orders(connection, 7, 1000);
    for (int i = 0; i < 200; i++) {
      changed(orders, connection);
      assertEquals(0, difference(), "after change " + i);
    }
    assertEquals(-1, sync().corrected(), "nothing is to be counted");
    assertEquals(0, recount().corrected());
    assertEquals(0, source().drift());
    assertNull(source().driftCause());
  }

  @Test
  void anUpdateOfOtherColumnsAddsNoFacts() throws Exception {
    install();
    sync();
    Orders.run(connection, "UPDATE public.orders SET note = 'other'");
    assertEquals("300", SyncStatements.text(connection, "SELECT count(*) FROM source_orders"));
    Orders.run(connection, "UPDATE public.orders SET total = 0 WHERE id = 1");
    assertEquals("302", SyncStatements.text(connection, "SELECT count(*) FROM source_orders"));
  }

  @Test
  void truncatedAttachedDetachedAndDroppedPartitionsAreCounted() throws Exception {
    install();
    sync();
    for (int seed = 0; seed < 12; seed++) {
      var orders = new Orders(connection, seed, 10_000 * (seed + 1));
      orders.restructure();
      changed(orders, connection);
      adopt();
      assertTrue(sync().corrected() >= 0, "seed " + seed);
      assertEquals(0, difference(), "seed " + seed);
      changed(orders, connection);
      assertEquals(0, difference(), "seed " + seed);
    }
  }

  @Test
  void writesDuringInstallationAndFirstCountAreNeitherLostNorDoubled() throws Exception {
    var stop = new AtomicBoolean();
    var threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) writers.add(threads.submit(writer(i, stop)));
      install();
      long[] sum = {0, 0};
      String watermark = fold(sum, "1:1:");
      sync();
      for (int i = 0; i < 20; i++) watermark = fold(sum, watermark);
      recount();
      stop.set(true);
      for (var writer : writers) assertTrue(writer.get(30, TimeUnit.SECONDS) > 0);
      assertEquals(0, difference());
      fold(sum, watermark);
      assertEquals(
          SyncStatements.text(
              connection,
              "SELECT count(*) || ' ' || coalesce(sum(total) * 100, 0)::bigint FROM public.orders"),
          sum[0] + " " + sum[1],
          "what a board has folded");
    } finally {
      stop.set(true);
      threads.shutdown();
      assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void writersOfReplicationRoleAreFollowedAndDisabledTriggersAreFound() throws Exception {
    install();
    sync();
    try (var other = JdbcSession.open(db, "other")) {
      Orders.run(other, "SET session_replication_role = replica");
      Orders.run(other, "UPDATE public.orders SET total = 1 WHERE id < 10");
    }
    assertEquals(0, difference());
    Orders.run(connection, "ALTER TABLE public.orders DISABLE TRIGGER boardcast_update");
    var found = sync();
    assertEquals(0, found.corrected());
    Orders.run(connection, "UPDATE public.orders SET total = 2 WHERE id < 10");
    found = recount();
    assertTrue(found.corrected() > 0);
    assertEquals("a trigger of public.orders is disabled", source().driftCause());
    Orders.run(connection, "UPDATE public.orders SET total = 3 WHERE id < 10");
    Orders.run(connection, "ALTER TABLE public.orders ENABLE ALWAYS TRIGGER boardcast_update");
    assertTrue(sync().corrected() > 0, "enabled again: counted at once");
    assertEquals(0, difference());
  }

  @Test
  void aChangedColumnStopsTheSourceAndNoWriter() throws Exception {
    install();
    sync();
    Orders.run(connection, "ALTER TABLE public.orders ALTER COLUMN total TYPE text");
    Orders.run(connection, "UPDATE public.orders SET total = 'many'");
    sync();
    assertEquals(
        "column total of public.orders is kept as text now; it was numeric; remove the source and"
            + " install it again",
        source().problem());
    Orders.run(connection, "ALTER TABLE public.orders DROP COLUMN total");
    Orders.run(connection, "DELETE FROM public.orders WHERE id = 3");
    sync();
    assertEquals(
        "column total of public.orders does not exist any more; remove the source and install it"
            + " again",
        source().problem());
  }

  @Test
  void aColumnMayBeAddedAndASourceRemoved() throws Exception {
    install();
    sync();
    installer().install(installer().plan(ORDERS, List.of("note"), "unused", false));
    sync();
    assertEquals(0, difference());
    assertEquals(
        "300",
        SyncStatements.text(connection, "SELECT sum(sign) FROM source_orders WHERE note = 'note'"));
    installer().remove(source());
    assertEquals(Optional.empty(), Source.find(connection, ORDERS));
    assertEquals(
        "0",
        SyncStatements.text(
            connection, "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'boardcast%'"));
    assertNull(SyncStatements.text(connection, "SELECT to_regclass('source_orders')"));
    Orders.run(connection, "UPDATE public.orders SET total = 3");
  }

  @Test
  void factsThatCancelEachOtherAreDeletedWhenEveryBoardHasFoldedThem() throws Exception {
    install();
    sync();
    for (int i = 0; i < 10; i++) {
      Orders.run(connection, "UPDATE public.orders SET total = coalesce(total, 0) + 1");
    }
    var compaction = new Compaction(connection, Duration.ZERO);
    assertEquals(0, compaction.run(source()), "the first run only marks the time");
    Orders.run(
        connection,
        "INSERT INTO board_state (board, watermark, version, data, computed_at)"
            + " VALUES ('slow', '5:5:', 1, '{}', now())");
    assertEquals(0, compaction.run(source()), "a board has not folded them");
    Orders.run(connection, "UPDATE board_state SET watermark = pg_current_snapshot()");
    assertEquals(6000, compaction.run(source()));
    assertEquals("300", SyncStatements.text(connection, "SELECT count(*) FROM source_orders"));
    assertEquals(0, difference());
  }

  @Test
  void eachStatementDeletesWholePairs() throws Exception {
    install();
    sync();
    // Several pairs of the same values.
    for (int i = 0; i < 11; i++) {
      Orders.run(
          connection, "UPDATE public.orders SET total = 70 + %d WHERE id < 9".formatted(i % 2));
    }
    Orders.run(
        connection,
        """
        CREATE FUNCTION public.halves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF EXISTS (SELECT FROM gone GROUP BY region, total, status, customer_id
                     HAVING sum(sign) <> 0) THEN
            RAISE 'half a pair is deleted';
          END IF;
          RETURN NULL;
        END $$""");
    Orders.run(
        connection,
        "CREATE TRIGGER halves AFTER DELETE ON source_orders REFERENCING OLD TABLE AS gone"
            + " FOR EACH STATEMENT EXECUTE FUNCTION public.halves()");
    var compaction = new Compaction(connection, Duration.ZERO, 4);
    compaction.run(source());
    assertEquals(176, compaction.run(source()));
    assertEquals(0, difference());
  }

  /** Names of aliases, transition tables and variables of the SQL that a source consists of. */
  private static final List<String> NAMES =
      List.of(
          "n",
          "s",
          "c1",
          "c2",
          "was",
          "becomes",
          "both_states",
          "difference",
          "counted",
          "known",
          "found",
          "new",
          "old",
          "tg_op",
          "tg_relid",
          "k",
          "pairs",
          "x",
          "bound",
          "numbered",
          "id",
          "place",
          "first",
          "seen",
          "same",
          "attname",
          "marker_id",
          "kind",
          "generate_series",
          "a",
          "f",
          "t");

  @Test
  void columnsMayHaveTheNamesThatTheSqlOfASourceUses() throws Exception {
    String columns = String.join(" int, ", Identifiers.list(NAMES).split(", ")) + " int";
    Orders.run(connection, "CREATE TABLE public.was (" + columns + ")");
    var name = SourceName.parse(Optional.empty(), "was");
    installer().install(installer().plan(name, NAMES, "unused", false));
    Orders.run(
        connection,
        "INSERT INTO public.was SELECT %s FROM generate_series(1, 20) AS g"
            .formatted("g" + ", g".repeat(NAMES.size() - 1)));
    new OwnSync(connection, SyncProgress.NONE).run(name, false);
    Orders.run(connection, "UPDATE public.was SET n = 100 + n, s = 1, \"found\" = NULL");
    Orders.run(connection, "UPDATE public.was SET c1 = -1 WHERE tg_op < 5");
    Orders.run(connection, "DELETE FROM public.was WHERE k = 7");
    assertEquals(
        0, new OwnSync(connection, SyncProgress.NONE).run(name, true).corrected(), "no drift");
    Orders.run(connection, "ALTER TABLE public.was DISABLE TRIGGER boardcast_update");
    Orders.run(connection, "UPDATE public.was SET c2 = 0");
    assertEquals(38, new OwnSync(connection, SyncProgress.NONE).run(name, true).corrected());
    var compaction = new Compaction(connection, Duration.ZERO);
    compaction.run(Source.find(connection, name).orElseThrow());
    compaction.run(Source.find(connection, name).orElseThrow());
    assertEquals("19", SyncStatements.text(connection, "SELECT count(*) FROM source_was"));
  }

  @Test
  void aCountDuringARewriteOfTheTableCountsItsRows() throws Exception {
    install();
    sync();
    try (var ddl = JdbcSession.open(db, "ddl")) {
      Orders.run(ddl, "BEGIN");
      Orders.run(ddl, "ALTER TABLE public.orders ADD COLUMN u uuid DEFAULT gen_random_uuid()");
      var counted =
          java.util.concurrent.CompletableFuture.supplyAsync(
              () -> {
                try (var own = JdbcSession.open(db, "counting")) {
                  return new OwnSync(own, SyncProgress.NONE).run(ORDERS, true);
                } catch (SQLException failure) {
                  throw new IllegalStateException(failure);
                }
              });
      // Its snapshot is taken: it waits for the table.
      org.awaitility.Awaitility.await()
          .until(
              () ->
                  SyncStatements.text(
                          connection,
                          "SELECT 1 FROM pg_stat_activity WHERE application_name = 'counting'"
                              + " AND wait_event_type = 'Lock'")
                      != null);
      Orders.run(ddl, "COMMIT");
      assertTrue(counted.get(30, TimeUnit.SECONDS).isBusy(), "the next reading counts");
    }
    assertEquals(0, recount().corrected());
    assertEquals("the table was rewritten", source().driftCause());
    assertEquals(0, difference());
  }

  @Test
  void valuesThatAreReplacedInPlaceAreCounted() throws Exception {
    install();
    sync();
    Orders.run(connection, "ALTER TABLE public.orders ALTER total TYPE numeric USING total * 100");
    assertTrue(sync().corrected() > 0);
    assertEquals("a column or its type was replaced", source().driftCause());
    assertEquals(0, difference());
    Orders.run(connection, "ALTER TABLE public.orders DROP total, ADD total numeric DEFAULT 3");
    assertTrue(sync().corrected() > 0);
    assertEquals("a column or its type was replaced", source().driftCause());
    assertEquals(0, difference());
    Orders.run(connection, "ALTER TYPE public.order_status RENAME VALUE 'new' TO 'fresh'");
    assertTrue(sync().corrected() > 0);
    assertEquals(0, difference());
    assertEquals(-1, sync().corrected(), "once");
  }

  @Test
  void rowsThatAreHiddenFromTheReadingRoleAreNotCountedAsGone() throws Exception {
    install();
    sync();
    Orders.run(connection, "CREATE ROLE hidden_reader LOGIN PASSWORD 'x'");
    try {
      Orders.run(
          connection, "GRANT ALL ON ALL TABLES IN SCHEMA boardcast, public TO hidden_reader");
      Orders.run(connection, "GRANT USAGE ON SCHEMA boardcast TO hidden_reader");
      Orders.run(connection, "ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY");
      String uri = db.postgresUri().replaceFirst("//[^@]*@", "//hidden_reader:x@");
      try (var reader = JdbcSession.open(uri, db, "reader")) {
        Orders.run(reader, "SET search_path = boardcast");
        assertEquals(-1, new OwnSync(reader, SyncProgress.NONE).run(ORDERS, true).corrected());
        String refusal =
            org.junit.jupiter.api.Assertions.assertThrows(
                    SourceException.class,
                    () ->
                        new SourceInstaller(reader, reader, 1)
                            .plan(ORDERS, Orders.COLUMNS, "unused", false))
                .getMessage();
        assertTrue(
            refusal.startsWith("row level security applies to the role hidden_reader"), refusal);
      }
      assertTrue(
          source().problem().startsWith("row level security hides rows of public.orders"),
          source().problem());
      assertEquals(0, difference());
      assertEquals(0, sync().corrected(), "its owner counts");
      assertNull(source().problem());
    } finally {
      Orders.run(connection, "DROP OWNED BY hidden_reader");
      Orders.run(connection, "DROP ROLE hidden_reader");
    }
  }

  @Test
  void factsThatCommitLateAreHinted() throws Exception {
    install();
    sync();
    var hints = new ArrayList<String>();
    var reader =
        new SourceReader(
            Optional.empty(),
            new SourceConnections(db, SourceConfig.DEFAULTS),
            SourceConfig.DEFAULTS,
            hints::add);
    try (var slow = JdbcSession.open(db, "slow")) {
      Orders.run(slow, "BEGIN");
      Orders.run(slow, "UPDATE public.orders SET total = 50 WHERE id = 1");
      Orders.run(connection, "UPDATE public.orders SET total = 50 WHERE id = 2");
      reader.changes();
      reader.counts();
      hints.clear();
      reader.changes();
      reader.counts();
      assertEquals(List.of(), hints, "nothing is new");
      Orders.run(slow, "COMMIT");
    }
    reader.changes();
    reader.counts();
    assertEquals(List.of("source_orders"), hints);
    reader.close();
  }

  @Test
  void changesDoNotWaitForCounts() throws Exception {
    var customer = SourceName.parse(Optional.empty(), "customer");
    installer().install(installer().plan(customer, List.of("id"), "unused", false));
    install();
    sync();
    var hints = new ArrayList<String>();
    var reader =
        new SourceReader(
            Optional.empty(),
            new SourceConnections(db, SourceConfig.DEFAULTS),
            SourceConfig.DEFAULTS,
            hints::add);
    reader.changes();
    assertEquals(List.of("source_orders"), hints);
    assertNull(Source.find(connection, customer).orElseThrow().countedAt(), "another turn counts");
    reader.counts();
    assertTrue(Source.find(connection, customer).orElseThrow().countedAt() != null);
    reader.close();
  }

  @Test
  void factsAreCompactedWhereNoCountsAreScheduled() throws Exception {
    install();
    sync();
    var none = SourceConfig.DEFAULTS;
    var config =
        new SourceConfig(
            none.connections(), none.poll(), Duration.ZERO, none.maxPending(), none.maxChanges());
    var reader =
        new SourceReader(
            Optional.empty(),
            new SourceConnections(db, config),
            config,
            ignored -> {},
            Duration.ZERO);
    Orders.run(connection, "UPDATE public.orders SET total = coalesce(total, 0) + 1");
    assertEquals("900", SyncStatements.text(connection, "SELECT count(*) FROM source_orders"));
    reader.changes();
    org.awaitility.Awaitility.await()
        .until(
            () -> {
              reader.counts();
              return SyncStatements.text(connection, "SELECT count(*) FROM source_orders")
                  .equals("300");
            });
    assertEquals(0, difference());
    reader.close();
  }

  @Test
  void aSourceThatCannotBeReadStopsNoOther() throws Exception {
    var customer = SourceName.parse(Optional.empty(), "customer");
    installer().install(installer().plan(customer, List.of("id"), "unused", false));
    install();
    var config = SourceConfig.DEFAULTS;
    var hints = new ArrayList<String>();
    var reader =
        new SourceReader(Optional.empty(), new SourceConnections(db, config), config, hints::add);
    Orders.run(connection, "DROP TABLE source_customer_marker");
    reader.changes();
    reader.counts();
    reader.changes();
    assertEquals(List.of("source_orders"), hints);
    assertEquals(0, difference());
    assertEquals(Optional.empty(), reader.states().get(ORDERS.key()).problem());
    String problem = reader.states().get(customer.key()).problem().orElseThrow();
    assertTrue(problem.startsWith("it cannot be read: "), problem);
    reader.close();
  }

  private Callable<Integer> writer(int number, AtomicBoolean stop) {
    return () -> {
      int changes = 0;
      try (var own = JdbcSession.open(db, "writer")) {
        var orders = new Orders(own, number, 1_000_000 * (number + 1));
        while (!stop.get()) {
          changes += changed(orders, own);
        }
      }
      return changes;
    };
  }

  private static int changed(Orders orders, Connection own) throws IOException, SQLException {
    try {
      orders.change();
      return 1;
    } catch (SQLException conflict) {
      // Writers meet: deadlocks and keys that another writer has taken.
      if (!List.of("40P01", "23503", "23505", "40001").contains(conflict.getSQLState()))
        throw conflict;
      SyncStatements.rollback(own, conflict);
      return 0;
    }
  }

  /** Adds new facts to sums, as a board does. */
  private String fold(long[] sum, String watermark) throws SQLException {
    Orders.run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ");
    String added =
        SyncStatements.text(
            connection,
            """
            SELECT coalesce(sum(sign), 0) || ' ' || coalesce(sum(sign * total) * 100, 0)::bigint
                   || ' ' || pg_current_snapshot()
            FROM source_orders WHERE is_fresh(tx, '%s')"""
                .formatted(watermark));
    Orders.run(connection, "COMMIT");
    String[] parts = added.split(" ");
    sum[0] += Long.parseLong(parts[0]);
    sum[1] += Long.parseLong(parts[1]);
    return parts[2];
  }

  private SourceInstaller installer() {
    return new SourceInstaller(connection, connection, 20);
  }

  private void install() throws SQLException {
    installer().install(installer().plan(ORDERS, Orders.COLUMNS, "unused", false));
  }

  private void adopt() throws SQLException {
    installer().adopt(source());
  }

  private SyncResult sync() throws SQLException {
    return new OwnSync(connection, SyncProgress.NONE).run(ORDERS, false);
  }

  private SyncResult recount() throws SQLException {
    return new OwnSync(connection, SyncProgress.NONE).run(ORDERS, true);
  }

  private Source source() throws SQLException {
    return Source.find(connection, ORDERS).orElseThrow();
  }

  private long difference() throws SQLException {
    return Orders.difference(connection, "source_orders");
  }
}
