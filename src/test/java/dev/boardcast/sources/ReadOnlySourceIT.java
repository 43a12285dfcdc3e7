package dev.boardcast.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table of another database, of which the role may SELECT some columns and nothing else. */
class ReadOnlySourceIT {
  private static final SourceName SALE = SourceName.parse(Optional.of("shop"), "public.sale");
  private static final String FACTS = "source_shop_sale";
  private static final ReadOnly WATERMARK =
      new ReadOnly(
          Optional.of("updated_at"), Optional.empty(), Duration.ofSeconds(60), ReadOnly.MIN_EVERY);
  private static final ReadOnly CLOCK =
      new ReadOnly(Optional.empty(), Optional.empty(), Duration.ZERO, ReadOnly.MIN_CLOCK);
  // Few rows a batch, so that there are many.
  private static final int BATCH = 7;

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final DatabaseConfig shop = Services.get().freshDatabase();
  private final Sql owner = new Sql(shop.postgresUri());
  private Connection local;
  private Connection remote;

  @BeforeEach
  void open() throws SQLException {
    owner.run(
        """
        DO $$ BEGIN CREATE ROLE onlooker LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN
        END $$;
        CREATE TABLE public.sale (id bigint PRIMARY KEY, site text, total numeric, secret text,
                                  updated_at timestamptz);
        GRANT SELECT (id, site, total, updated_at) ON public.sale TO onlooker""");
    local = JdbcSession.open(db, "test");
    remote = onlooker();
  }

  @AfterEach
  void close() throws SQLException {
    local.close();
    remote.close();
  }

  @Test
  void rowsOfEqualTimesAreReadOnceInBatches() throws Exception {
    insert(1, 100, "2026-01-01");
    insert(101, 30, "2026-01-02");
    install(WATERMARK);
    sync();
    assertSame("after the first reading");
    insert(1000, 5, "2026-01-02");
    insert(1005, 50, "2026-01-03");
    sync();
    assertSame("after more rows of the same time and a greater key");
    assertEquals("185", one(local, "SELECT count(*) FROM " + FACTS));
    assertEquals("t", one(local, "SELECT as_of < now() - interval '59 s' FROM source"));
  }

  /** Only the greatest version of a row is known, and rows within the lag wait. */
  @Test
  void changedRowsReplaceWhatIsKnown() throws Exception {
    install(WATERMARK);
    var random = new Random(5);
    insert(1, 40, "2026-01-01");
    for (int day = 2; day < 12; day++) {
      for (int i = 0; i < 10; i++) {
        owner.run(
            "UPDATE public.sale SET total = %d, updated_at = '2026-01-%02d' WHERE id = %d"
                .formatted(random.nextInt(100), day, 1 + random.nextInt(40)));
      }
      insert(100 * day, 5, "2026-01-%02d".formatted(day));
      sync();
      assertSame("day " + day);
    }
    assertEquals(0, recount().corrected());
  }

  @Test
  void rowsAreReadInTheOrderOfTheirTimesWhateverOrderTheyAreCommittedIn() throws Exception {
    install(WATERMARK);
    sync();
    try (var early = owner.connect();
        var late = owner.connect()) {
      Orders.run(early, "BEGIN");
      Orders.run(early, "INSERT INTO public.sale VALUES (1, 'a', 1, NULL, now())");
      Orders.run(late, "INSERT INTO public.sale VALUES (2, 'a', 2, NULL, now())");
      sync();
      assertEquals("0", one(local, "SELECT count(*) FROM " + FACTS));
      Orders.run(early, "COMMIT");
    }
    // The lag passes: as if it were a minute later.
    Orders.run(local, "UPDATE source SET lag_ms = 0");
    sync();
    assertSame("after the lag");
    assertEquals("2", one(local, "SELECT count(*) FROM " + FACTS));
  }

  @Test
  void whatNoWatermarkShowsIsFoundByTheCount() throws Exception {
    insert(1, 30, "2026-01-05");
    install(WATERMARK);
    sync();
    owner.run("DELETE FROM public.sale WHERE id <= 3");
    owner.run("UPDATE public.sale SET total = -1 WHERE id = 4");
    insert(100, 2, "2026-01-04"); // committed later than the lag
    owner.run("INSERT INTO public.sale VALUES (200, 'a', 1, NULL, NULL)");
    insert(300, 9, "2026-01-06"); // not read yet, and no drift
    owner.run("UPDATE public.sale SET total = 5, updated_at = '2026-01-06' WHERE id = 5");
    owner.run(
        "INSERT INTO public.sale VALUES (400, 'a', 1, NULL, now()), (6, 'a', 1, NULL, now())"
            + " ON CONFLICT (id) DO UPDATE SET updated_at = now()");
    SyncResult counted = recount();
    assertEquals(3 + 2 + 2 + 1, counted.corrected());
    assertTrue(source().driftCause().startsWith("rows were deleted, got no greater updated_at"));
    Orders.run(local, "UPDATE source SET lag_ms = 0");
    sync();
    assertSame("after the count");
    assertEquals(0, recount().corrected());
    assertNull(source().driftCause());
  }

  @Test
  void rowsAreReadOnceWhereverTheReaderDies() throws Exception {
    install(WATERMARK);
    sync();
    Set<String> steps = new TreeSet<>();
    int id = 1;
    for (int death = 1; death < 40; death++) {
      insert(id, 20, "2026-01-01 00:%02d:00".formatted(death));
      owner.run(
          "UPDATE public.sale SET total = 1 + coalesce(total, 0), updated_at = '2026-01-01 00:%02d:00'"
                  .formatted(death)
              + " WHERE id % 7 = 0");
      id += 20;
      var killer = new Killer(death);
      boolean died = dies(killer);
      steps.addAll(killer.steps);
      sync();
      assertSame("after the death at step " + killer.steps);
      if (!died) break;
    }
    assertEquals(Set.of("locked", "arrived", "added", "saved", "committed"), steps);
    assertEquals(0, recount().corrected());
  }

  @Test
  void onAClockAllRowsAreRead() throws Exception {
    insert(1, 30, "2026-01-05");
    install(CLOCK);
    sync();
    assertSame("at first");
    for (int i = 0; i < 5; i++) {
      owner.run("DELETE FROM public.sale WHERE id = " + (i + 1));
      owner.run("UPDATE public.sale SET total = %d WHERE id %% 3 = 0".formatted(i));
      owner.run("INSERT INTO public.sale VALUES (%d, NULL, 'NaN', NULL, NULL)".formatted(100 + i));
      sync();
      assertSame("change " + i);
    }
    assertEquals(0, source().drift());
  }

  @Test
  void aViewIsReadToo() throws Exception {
    owner.run(
        """
        CREATE VIEW public.utc AS
          SELECT id, updated_at AT TIME ZONE 'UTC' AT TIME ZONE 'UTC' AS updated_at FROM public.sale;
        GRANT SELECT ON public.utc TO onlooker""");
    insert(1, 30, "2026-01-05");
    var name = SourceName.parse(Optional.of("shop"), "utc");
    var how =
        new ReadOnly(WATERMARK.watermark(), Optional.of("id"), Duration.ZERO, ReadOnly.MIN_EVERY);
    new ReadOnlyInstaller(local, remote, 1).install(name, List.of("id"), how);
    new ReadOnlySync(local, remote, SyncProgress.NONE).run(name, false);
    assertEquals("30", one(local, "SELECT count(*) FROM source_shop_utc"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE public.sale DROP COLUMN total | public.sale has no column total",
        "ALTER TABLE public.sale ALTER total TYPE text | column total of public.sale is kept as text",
        "ALTER TABLE public.sale ALTER updated_at TYPE timestamp | column updated_at of public.sale is",
        "ALTER TABLE public.sale RENAME TO sold | there is no table or view public.sale",
      })
  void aTableThatChangesStopsThisSourceAndNoOther(String change, String problem) throws Exception {
    owner.run(
        "CREATE TABLE public.other (id int PRIMARY KEY, updated_at timestamptz);"
            + " GRANT SELECT ON public.other TO onlooker");
    var other = SourceName.parse(Optional.of("shop"), "other");
    new ReadOnlyInstaller(local, remote, 1).install(other, List.of("id"), WATERMARK);
    insert(1, 30, "2026-01-05");
    install(WATERMARK);
    var config =
        new SourceConfig(
            Map.of("shop", onlookerUri()),
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
    assertEquals(Optional.empty(), reader.states().get(SALE.key()).problem());
    assertSame("before");
    owner.run(change);
    owner.run("INSERT INTO public.other VALUES (1, '2026-01-01')");
    Awaitility.await()
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              reader.changes();
              reader.counts();
              return reader.states().get(SALE.key()).problem().isPresent()
                  && one(local, "SELECT count(*) FROM source_shop_other").equals("1");
            });
    String found = reader.states().get(SALE.key()).problem().orElseThrow();
    assertTrue(found.startsWith(problem), found);
    assertEquals(found, source().problem());
    assertEquals(Optional.empty(), reader.states().get(other.key()).problem());
    assertTrue(hints.contains(FACTS), hints.toString());
    reader.close();
  }

  @Test
  void aSourceThatComesBackIsCounted() throws Exception {
    insert(1, 30, "2026-01-05");
    install(WATERMARK);
    sync();
    owner.run("ALTER TABLE public.sale RENAME TO sold");
    sync();
    assertEquals("there is no table or view public.sale", source().problem());
    owner.run("DELETE FROM public.sold WHERE id < 10; ALTER TABLE public.sold RENAME TO sale");
    assertEquals(9, sync().corrected());
    assertNull(source().problem());
    assertSame("again");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "site | updated_at | | column updated_at of public.odd has the type timestamp, expected",
        "site | site | | column site of public.odd has the type text, expected timestamptz",
        "site | at | | public.odd has no column at, expected one of",
        "site | seen_at | site | column site of public.odd is no key, expected a column that is NOT",
        "secret | seen_at | | public.odd cannot be read: ERROR: permission denied for table odd; GRANT",
      })
  void whatCannotBeReadSoIsRefused(String columns, String watermark, String key, String problem)
      throws Exception {
    owner.run(
        """
        CREATE TABLE public.odd (id int PRIMARY KEY, site text, updated_at timestamp, secret text,
                                 seen_at timestamptz);
        GRANT SELECT (id, site, updated_at, seen_at) ON public.odd TO onlooker""");
    var name = SourceName.parse(Optional.of("shop"), "odd");
    var how =
        new ReadOnly(
            Optional.of(watermark), Optional.ofNullable(key), Duration.ZERO, ReadOnly.MIN_EVERY);
    String found =
        assertThrows(
                SourceException.class,
                () -> new ReadOnlyInstaller(local, remote, 1).install(name, List.of(columns), how))
            .getMessage();
    assertTrue(found.startsWith(problem), found);
    assertEquals("0", one(local, "SELECT count(*) FROM source"));
  }

  @Test
  void itIsRemovedHereAlone() throws Exception {
    install(WATERMARK);
    new SourceInstaller(local, remote, 1).remove(source());
    assertEquals("t", one(local, "SELECT to_regclass('" + FACTS + "') IS NULL"));
    assertEquals("0", one(local, "SELECT count(*) FROM source"));
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
    var there = onlooker();
    try {
      new ReadOnlySync(here, there, killer, BATCH).run(SALE, false);
      return false;
    } catch (IllegalStateException killed) {
      return true;
    } finally {
      here.abort(Runnable::run);
      there.abort(Runnable::run);
      Awaitility.await()
          .until(
              () ->
                  one(local, "SELECT 1 FROM pg_stat_activity WHERE application_name = 'dying'")
                      == null);
    }
  }

  private void insert(int firstId, int count, String at) throws SQLException {
    owner.run(
        """
        INSERT INTO public.sale
        SELECT g, CASE g %% 4 WHEN 0 THEN NULL ELSE 'site ' || g %% 4 END, g / 7.0, 'x', '%s'
        FROM generate_series(%d, %d) AS g"""
            .formatted(at, firstId, firstId + count - 1));
  }

  private void assertSame(String when) throws SQLException {
    assertEquals(
        owner.column(
            "SELECT concat_ws('|', id, site, trim_scale(total), updated_at) FROM public.sale ORDER BY 1"),
        new Sql(db.postgresUri())
            .column(
                """
                SELECT row FROM (
                  SELECT concat_ws('|', id, site, trim_scale(total), updated_at) AS row, sum(sign) AS n
                  FROM %s GROUP BY 1) AS facts
                CROSS JOIN generate_series(1, n) ORDER BY 1"""
                    .formatted(FACTS)),
        when);
  }

  private String onlookerUri() {
    return shop.postgresUri().replaceFirst("//[^@]*@", "//onlooker:x@");
  }

  private Connection onlooker() throws SQLException {
    return JdbcSession.open(onlookerUri(), db, "onlooker");
  }

  private void install(ReadOnly how) throws SQLException {
    new ReadOnlyInstaller(local, remote, 1)
        .install(SALE, List.of("site", "total", "id", "updated_at"), how);
  }

  /** Reads until nothing is left. */
  private SyncResult sync() throws SQLException {
    return run(false);
  }

  private SyncResult recount() throws SQLException {
    return run(true);
  }

  private SyncResult run(boolean isDue) throws SQLException {
    return new ReadOnlySync(local, remote, SyncProgress.NONE, BATCH).run(SALE, isDue);
  }

  private Source source() throws SQLException {
    return Source.find(local, SALE).orElseThrow();
  }

  private static String one(Connection connection, String query) throws SQLException {
    return SyncStatements.text(connection, query);
  }
}
