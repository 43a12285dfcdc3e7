package dev.boardcast.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of another server as a source, by a role that is no superuser. */
class RemoteSourceIT {
  private static final SourceName ORDERS = SourceName.parse(Optional.of("shop"), "public.orders");
  private static final String FACTS = "source_shop_orders";
  private static final String SCHEMA = "boardcast_source";

  @TempDir static Path directory;
  private static DedicatedServices server;

  private final DatabaseConfig db = Services.get().freshDatabase();
  private DatabaseConfig shop;
  private Connection local;
  private Connection remote;

  @BeforeAll
  static void start() {
    server = Services.dedicated(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The owner of the tables may create in one schema, and nothing else. */
  @BeforeEach
  void open() throws SQLException {
    shop = server.freshDatabase();
    var admin = new Sql(shop.postgresUri());
    admin.run(
        "DO $$ BEGIN CREATE ROLE shopkeeper LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN END $$");
    admin.run(
        "GRANT CREATE ON SCHEMA public TO shopkeeper; CREATE SCHEMA boardcast_source AUTHORIZATION shopkeeper;"
            + " CREATE SCHEMA shopkeeper AUTHORIZATION shopkeeper");
    local = JdbcSession.open(db, "test");
    remote = owner();
    Orders.create(remote);
    admin.run("REVOKE CREATE ON SCHEMA public FROM shopkeeper");
  }

  @AfterEach
  void close() throws SQLException {
    local.close();
    remote.close();
  }

  @Test
  void factsAreTheRowsAfterEveryReading() throws Exception {
    install();
    assertEquals(300, sync().corrected());
    var orders = new Orders(remote, 3, 1000);
    for (int i = 0; i < 150; i++) {
      change(orders);
      if (i % 5 == 0) {
        assertEquals(-1, sync().corrected());
        assertSame("after change " + i);
      }
    }
    sync();
    assertEquals(0, recount().corrected());
    assertEquals("0", SyncStatements.text(remote, "SELECT count(*) FROM " + SCHEMA + "." + FACTS));
  }

  @Test
  void truncatedAttachedDetachedAndDroppedPartitionsAreCounted() throws Exception {
    install();
    sync();
    // Only the owner of the schema may attach what was detached.
    for (int seed = 0; seed < 8; seed++) {
      var orders = new Orders(remote, seed, 10_000 * (seed + 1));
      if (seed % 2 == 0) Orders.run(remote, "TRUNCATE public.orders_a");
      else {
        Orders.run(remote, "ALTER TABLE public.orders DETACH PARTITION public.orders_b");
        Orders.run(remote, "UPDATE public.orders_b SET total = 77");
        Orders.run(
            remote,
            "ALTER TABLE public.orders ATTACH PARTITION public.orders_b FOR VALUES IN ('b')");
      }
      change(orders);
      installer().adopt(source());
      sync();
      assertSame("seed " + seed);
      change(orders);
      sync();
      assertSame("seed " + seed);
    }
  }

  @Test
  void changesAreMovedOnceWhereverTheReaderDies() throws Exception {
    install();
    sync();
    var orders = new Orders(remote, 11, 1000);
    Set<String> steps = new TreeSet<>();
    for (int isCount = 0; isCount < 2; isCount++) {
      for (int death = 1; death < 20; death++) {
        Orders.run(remote, "UPDATE public.orders SET total = coalesce(total, 0) + 1");
        change(orders);
        if (isCount == 1) Orders.run(remote, "TRUNCATE public.orders_other");
        var killer = new Killer(death);
        boolean died = dies(killer);
        steps.addAll(killer.steps);
        sync();
        assertSame("after the death at step " + killer.steps);
        if (!died) break;
      }
    }
    assertEquals(
        Set.of(
            "locked",
            "identified",
            "begun",
            "moved",
            "counted",
            "saved",
            "committed",
            "deleted",
            "ended"),
        steps);
    assertEquals(0, recount().corrected());
  }

  @Test
  void aRestoredServerIsCountedAndItsOldChangesAreNot() throws Exception {
    install();
    sync();
    Orders.run(remote, "UPDATE public.orders SET total = 8 WHERE id < 50");
    // As after a restore elsewhere: another identity, and changes with foreign transaction ids.
    Orders.run(local, "UPDATE source SET origin = 'another/00000001/shop'");
    Orders.run(remote, "UPDATE %s.%s SET tx = '99999999'".formatted(SCHEMA, FACTS));
    assertTrue(sync().corrected() > 0);
    assertEquals("the server was restored or replaced", source().driftCause());
    assertSame("after the restore");
    sync();
    assertSame("after the next reading");
  }

  @Test
  void aServerThatWasSetBackIsCounted() throws Exception {
    install();
    sync();
    // The same server and timeline, as after a restored volume: ids that were read come again.
    Orders.run(
        local,
        "UPDATE source SET watermark = '999999:999999:'::pg_snapshot WHERE name = '"
            + ORDERS.key()
            + "'");
    Orders.run(remote, "UPDATE public.orders SET total = 8 WHERE id < 50");
    assertTrue(sync().corrected() > 0);
    assertEquals("the server was restored or replaced", source().driftCause());
    assertSame("after the restore");
    Orders.run(remote, "UPDATE public.orders SET total = 9 WHERE id < 50");
    assertEquals(-1, sync().corrected(), "once");
    assertSame("after the next reading");
  }

  @Test
  void changesBeyondTheLimitAreNotWrittenAndCountedLater() throws Exception {
    var installer = new SourceInstaller(local, remote, 3, 10);
    installer.install(installer.plan(ORDERS, Orders.COLUMNS, SCHEMA, false));
    sync();
    Orders.run(remote, "UPDATE public.orders SET total = 50 WHERE id < 9");
    assertEquals("16", changes());
    try (var slow = owner()) {
      Orders.run(slow, "BEGIN");
      Orders.run(slow, "UPDATE public.orders SET total = 51 WHERE id > 200");
      Orders.run(remote, "UPDATE public.orders SET total = 52 WHERE id < 100");
      Orders.run(remote, "DELETE FROM public.orders WHERE id = 1");
      assertEquals("16", changes(), "no more than the limit, and what passed it");
      sync();
      ChangeLimit.raise(remote, source().objects(), 10);
      assertEquals(-1, sync().corrected(), "a writer may still leave out changes");
      Orders.run(remote, "UPDATE public.orders SET total = 53 WHERE id = 2");
      assertEquals("2", changes(), "they are written again");
      assertEquals(-1, sync().corrected());
      Orders.run(slow, "COMMIT");
    }
    org.awaitility.Awaitility.await()
        .until(
            () -> {
              ChangeLimit.raise(remote, source().objects(), 10);
              return sync().corrected() > 0;
            });
    assertEquals(ChangeLimit.REACHED, source().driftCause());
    assertSame("after the count");
    Orders.run(remote, "UPDATE public.orders SET total = 54 WHERE id = 2");
    assertEquals(-1, sync().corrected(), "once");
    assertSame("after the next reading");
  }

  @Test
  void changesThatWaitForTheFirstCountStayWithinTheLimit() throws Exception {
    var installer = new SourceInstaller(local, remote, 3, 10);
    installer.install(installer.plan(ORDERS, Orders.COLUMNS, SCHEMA, false));
    Orders.run(remote, "UPDATE public.orders SET total = 50 WHERE id < 9");
    var reader = reader(10);
    reader.changes();
    Orders.run(remote, "UPDATE public.orders SET total = 51 WHERE id < 9");
    assertEquals("16", changes(), "nothing was read");
    reader.counts();
    assertSame("after the count");
    reader.close();
  }

  @Test
  void aRoleThatMayNotRaiseTheLimitIsToldSo() throws Exception {
    install();
    sync();
    String limit = "%s.%s_limit".formatted(SCHEMA, FACTS);
    Orders.run(remote, "REVOKE UPDATE ON SEQUENCE %s FROM shopkeeper".formatted(limit));
    var reader = reader(10);
    reader.changes();
    reader.changes();
    assertEquals(
        "its role may not raise the limit of changes that wait: GRANT UPDATE ON SEQUENCE \"%s\".\"%s_limit\""
            .formatted(SCHEMA, FACTS),
        reader.states().get(ORDERS.key()).problem().orElseThrow());
    reader.close();
  }

  private SourceReader reader(long maxChanges) {
    var usual = SourceConfig.DEFAULTS;
    var config =
        new SourceConfig(
            java.util.Map.of("shop", uri()),
            usual.poll(),
            usual.recount(),
            usual.maxPending(),
            maxChanges);
    return new SourceReader(
        Optional.of("shop"), new SourceConnections(db, config), config, ignored -> {});
  }

  private String changes() throws SQLException {
    return SyncStatements.text(remote, "SELECT count(*) FROM " + SCHEMA + "." + FACTS);
  }

  @Test
  void aLargeChangeTableIsReported() throws Exception {
    install();
    sync();
    var usual = SourceConfig.DEFAULTS;
    var config =
        new SourceConfig(
            java.util.Map.of("shop", uri()), usual.poll(), usual.recount(), 1, usual.maxChanges());
    var reader =
        new SourceReader(
            Optional.of("shop"), new SourceConnections(db, config), config, ignored -> {});
    reader.changes();
    var state = reader.states().get(ORDERS.key());
    assertTrue(state.pendingBytes() > 1);
    assertEquals(
        "its change table has %d bytes, more than source-max-pending"
            .formatted(state.pendingBytes()),
        state.problem().orElseThrow());
    reader.close();
  }

  @Test
  void theDocumentedSqlStopsAndStartsASource() throws Exception {
    install();
    sync();
    var blocks = new ArrayList<String>();
    var sql =
        java.util.regex.Pattern.compile("```sql\\n(.*?)```", java.util.regex.Pattern.DOTALL)
            .matcher(java.nio.file.Files.readString(Path.of("src/docs/SOURCES.md")));
    while (sql.find()) blocks.add(sql.group(1));
    assertEquals(2, blocks.size());
    Orders.run(remote, "UPDATE public.orders SET total = 7");
    Orders.run(remote, blocks.get(0));
    Orders.run(remote, "UPDATE public.orders SET total = 8 WHERE id < 100");
    Orders.run(remote, "INSERT INTO public.orders_b VALUES (5000, 'b', 1)");
    assertEquals("0", changes());
    Orders.run(remote, blocks.get(1));
    assertTrue(sync().corrected() > 0);
    assertEquals("it was stopped by hand", source().driftCause());
    assertSame("after the count");
    Orders.run(remote, "UPDATE public.orders SET total = 9");
    assertEquals(-1, sync().corrected());
    assertSame("after the next reading");
  }

  @Test
  void progressOfATableThatWasNeverAnalysedIsTold() throws Exception {
    Orders.run(
        remote,
        "CREATE TABLE shopkeeper.big WITH (autovacuum_enabled = off) AS SELECT g AS id, 'a' AS site"
            + " FROM generate_series(1, 30000) AS g");
    var name = SourceName.parse(Optional.of("shop"), "shopkeeper.big");
    installer().install(installer().plan(name, List.of("site"), SCHEMA, false));
    List<Double> parts = new ArrayList<>();
    SyncProgress progress =
        new SyncProgress() {
          @Override
          public void read(long read, long all) {
            parts.add(all == 0 ? 0 : (double) read / all);
          }
        };
    new RemoteSync(local, remote, progress).run(name, false);
    assertEquals(3, parts.size());
    assertTrue(parts.get(0) > 0.05 && parts.get(2) < 6, parts.toString());
  }

  @Test
  void oneUpdateOfManyRowsArrivesWhole() throws Exception {
    install();
    sync();
    Orders.run(
        remote,
        "INSERT INTO public.orders SELECT g, 'a', 1, 'new', NULL, NULL FROM generate_series(1000, 60000) AS g");
    Orders.run(remote, "UPDATE public.orders SET total = 2 WHERE total = 1");
    sync();
    assertSame("after the update");
  }

  @Test
  void aSourceThatIsAwayIsNamedAndReadAgain() throws Exception {
    install();
    sync();
    var config =
        new SourceConfig(
            java.util.Map.of("shop", uri()),
            SourceConfig.DEFAULTS.poll(),
            SourceConfig.DEFAULTS.recount(),
            SourceConfig.DEFAULTS.maxPending(),
            SourceConfig.DEFAULTS.maxChanges());
    List<String> hints = new ArrayList<>();
    var reader =
        new SourceReader(
            Optional.of("shop"), new SourceConnections(db, config), config, hints::add);
    reader.changes();
    reader.counts();
    assertEquals(Optional.empty(), reader.states().get(ORDERS.key()).problem());
    server.stopPostgres();
    try {
      reader.changes();
      reader.counts();
      String problem = reader.states().get(ORDERS.key()).problem().orElseThrow();
      assertTrue(problem.startsWith("the database of shop cannot be read: "), problem);
    } finally {
      server.startPostgres();
    }
    remote = owner();
    hints.clear();
    Orders.run(remote, "UPDATE public.orders SET total = 9");
    reader.changes();
    reader.counts();
    reader.changes();
    assertEquals(Optional.empty(), reader.states().get(ORDERS.key()).problem());
    assertEquals(List.of(FACTS), hints);
    assertSame("after the restart");
    reader.close();
  }

  @Test
  void aRoleThatMayOnlyReadUsesWhatAnotherHasInstalled() throws Exception {
    var admin = new Sql(shop.postgresUri());
    admin.run(
        "DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN END $$");
    String reader = shop.postgresUri().replaceFirst("//[^@]*@", "//reader:x@");
    try (var there = JdbcSession.open(reader, db, "reader")) {
      var installer = new SourceInstaller(local, there, 1);
      String problem =
          assertThrows(
                  SourceException.class,
                  () -> installer.plan(ORDERS, Orders.COLUMNS, SCHEMA, false))
              .getMessage();
      assertTrue(problem.startsWith("public.orders belongs to the role shopkeeper"), problem);
      try (var owner = admin.connect()) {
        Orders.run(owner, "BEGIN");
        for (String sql : installer.plan(ORDERS, Orders.COLUMNS, SCHEMA, true).script()) {
          Orders.run(owner, sql);
        }
        Orders.run(owner, "COMMIT");
      }
      installer.install(installer.plan(ORDERS, Orders.COLUMNS, SCHEMA, false));
      var sync = new RemoteSync(local, there, SyncProgress.NONE);
      assertEquals(300, sync.run(ORDERS, false).corrected());
      Orders.run(remote, "UPDATE public.orders SET total = 4");
      sync.run(ORDERS, false);
      assertSame("by a reader");
    }
  }

  @Test
  void theApplicationWritesAfterAnotherRoleHasInstalledAgain() throws Exception {
    install();
    sync();
    // As before the release that has added the limit.
    Orders.run(remote, "DROP SEQUENCE %s.%s_limit".formatted(SCHEMA, FACTS));
    try (var admin = JdbcSession.open(shop.postgresUri(), db, "admin")) {
      var installer = new SourceInstaller(local, admin, 3, 10);
      installer.install(installer.plan(ORDERS, Orders.COLUMNS, SCHEMA, false));
      Orders.run(remote, "UPDATE public.orders SET total = 41 WHERE id < 9");
      sync();
      assertSame("after the writes");
      ChangeLimit.raise(remote, source().objects(), 10);
      Orders.run(remote, "UPDATE public.orders SET total = 42 WHERE id < 9");
      assertEquals("16", changes(), "the first role has raised the limit");
      assertEquals(
          List.of(), installer.plan(ORDERS, Orders.COLUMNS, SCHEMA, false).script(), "in place");
      Orders.run(admin, "REVOKE ALL ON SEQUENCE %s.%s_limit FROM PUBLIC".formatted(SCHEMA, FACTS));
      Orders.run(
          admin, "REVOKE ALL ON SEQUENCE %s.%s_limit FROM shopkeeper".formatted(SCHEMA, FACTS));
      installer.install(installer.plan(ORDERS, Orders.COLUMNS, SCHEMA, false));
      Orders.run(remote, "UPDATE public.orders SET total = 43 WHERE id < 9");
    }
  }

  @Test
  void everythingIsTakenAway() throws Exception {
    install();
    sync();
    installer().remove(source());
    assertEquals(
        "0",
        SyncStatements.text(
            remote,
            "SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'boardcast%')"
                + " + (SELECT count(*) FROM pg_class WHERE relnamespace = 'boardcast_source'::regnamespace)"
                + " + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'boardcast_source'::regnamespace)"));
    Orders.run(remote, "UPDATE public.orders SET total = 9");
    assertEquals("t", SyncStatements.text(local, "SELECT to_regclass('" + FACTS + "') IS NULL"));
  }

  /** Ends the connections of a reading after some of its steps. */
  private static final class Killer implements SyncProgress {
    private final int deadly;
    private final List<String> steps = new ArrayList<>();

    private Killer(int deadly) {
      this.deadly = deadly;
    }

    @Override
    public void step(String done) {
      steps.add(done);
      if (steps.size() == deadly) throw new IllegalStateException("killed");
    }
  }

  /** Reads on connections of its own, which end with it. Returns whether it died. */
  private boolean dies(Killer killer) throws SQLException {
    var here = JdbcSession.open(db, "dying");
    var there = owner();
    try {
      new RemoteSync(here, there, killer).run(ORDERS, false);
      return false;
    } catch (IllegalStateException killed) {
      return true;
    } finally {
      here.abort(Runnable::run);
      there.abort(Runnable::run);
      awaitGone(local, "dying");
    }
  }

  private static void awaitGone(Connection connection, String name) {
    org.awaitility.Awaitility.await()
        .until(
            () ->
                SyncStatements.text(
                        connection,
                        "SELECT 1 FROM pg_stat_activity WHERE application_name = '" + name + "'")
                    == null);
  }

  private static void change(Orders orders) throws Exception {
    try {
      orders.change();
    } catch (SQLException taken) {
      if (!"23505".equals(taken.getSQLState()) && !"23503".equals(taken.getSQLState())) throw taken;
    }
  }

  private void assertSame(String when) throws SQLException {
    assertEquals(Orders.rows(remote), Orders.facts(local, FACTS), when);
  }

  private String uri() {
    return shop.postgresUri().replaceFirst("//[^@]*@", "//shopkeeper:x@");
  }

  private Connection owner() throws SQLException {
    return JdbcSession.open(uri(), db, "owner");
  }

  private SourceInstaller installer() {
    return new SourceInstaller(local, remote, 3);
  }

  private void install() throws SQLException {
    installer().install(installer().plan(ORDERS, Orders.COLUMNS, SCHEMA, false));
  }

  private SyncResult sync() throws SQLException {
    return new RemoteSync(local, remote, SyncProgress.NONE).run(ORDERS, false);
  }

  private SyncResult recount() throws SQLException {
    return new RemoteSync(local, remote, SyncProgress.NONE).run(ORDERS, true);
  }

  private Source source() throws SQLException {
    return Source.find(local, ORDERS).orElseThrow();
  }
}
