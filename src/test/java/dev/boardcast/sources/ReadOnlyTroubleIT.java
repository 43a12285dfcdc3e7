package dev.boardcast.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sources that are only read, where something is in the way. */
class ReadOnlyTroubleIT {
  private static final SourceName SALE = SourceName.parse(Optional.of("shop"), "public.sale");
  private static final ReadOnly CLOCK =
      new ReadOnly(Optional.empty(), Optional.empty(), Duration.ZERO, ReadOnly.MIN_CLOCK);

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql owner = new Sql(Services.get().freshDatabase().postgresUri());
  private final String onlooker = owner.uri().replaceFirst("//[^@]*@", "//onlooker:x@");
  private Connection local;
  private Connection remote;

  @BeforeEach
  void open() throws SQLException {
    owner.run(
        """
        DO $$ BEGIN CREATE ROLE onlooker LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN
        END $$;
        CREATE TABLE public.sale (id bigint PRIMARY KEY, code bigint NOT NULL UNIQUE, total int,
                                  updated_at timestamptz, seen_at timestamptz);
        GRANT SELECT ON public.sale TO onlooker;
        INSERT INTO public.sale
          SELECT g, g + 1000, g, '2026-01-01', '2026-01-01' FROM generate_series(1, 150) AS g""");
    local = JdbcSession.open(db, "test");
    remote = JdbcSession.open(onlooker, db, "onlooker");
  }

  @AfterEach
  void close() throws SQLException {
    local.close();
    remote.close();
  }

  @Test
  void anotherKeyWatermarkOrModeIsRefusedAndChangesNothing() throws Exception {
    install(SALE, by("updated_at", "code"), "total");
    sync(SALE);
    String before = one("SELECT source::text FROM source");
    for (ReadOnly other : List.of(by("updated_at", "id"), by("seen_at", "code"), CLOCK)) {
      String problem = refused(() -> install(SALE, other, "total"));
      assertTrue(
          problem.startsWith(
              "shop:public.sale is read by the watermark updated_at and the key code, expected the"
                  + " same, not "),
          problem);
      assertTrue(problem.endsWith("; source remove it, and install it again"), problem);
      assertEquals(before, one("SELECT source::text FROM source"));
    }
    var triggers = new SourceInstaller(local, remote, 1);
    assertTrue(
        refused(() -> triggers.plan(SALE, List.of("total"), "boardcast_source", false))
            .startsWith("shop:public.sale is a source that is only read"));

    // Without a key it is the one that is known, and columns are added.
    install(SALE, by("updated_at", null), "seen_at");
    owner.run("UPDATE public.sale SET updated_at = '2026-01-02' WHERE id <= 5");
    sync(SALE);
    assertEquals(
        "150 150 11325",
        one(
            "SELECT concat_ws(' ', sum(sign), sum(sign) FILTER (WHERE seen_at IS NOT NULL),"
                + " sum(sign * total)) FROM source_shop_sale"));
  }

  @Test
  void aReadingInProgressIsWaitedForWithinBounds() throws Exception {
    install(SALE, CLOCK, "total");
    try (var reading = JdbcSession.open(db, "reading")) {
      SyncStatements.execute(reading, "BEGIN");
      assertTrue(Source.lock(reading, SALE).isPresent());
      assertTrue(
          refused(() -> install(SALE, CLOCK, "total", "seen_at"))
              .startsWith(
                  "public.sale is locked by other transactions, tried 1 times for 1000 ms"));
    }
    install(SALE, CLOCK, "total", "seen_at");
    assertEquals("2", one("SELECT jsonb_array_length(columns) FROM source"));
  }

  @Test
  void rowsThatAreHiddenAreAnError() throws Exception {
    install(SALE, CLOCK, "total");
    sync(SALE);
    owner.run(
        """
        ALTER TABLE public.sale ENABLE ROW LEVEL SECURITY;
        CREATE POLICY few ON public.sale TO onlooker USING (id < 10);
        CREATE VIEW public.through WITH (security_invoker) AS SELECT id, total FROM public.sale;
        GRANT SELECT ON public.through TO onlooker""");
    sync(SALE);
    String problem = Source.find(local, SALE).orElseThrow().problem();
    assertTrue(
        problem.startsWith("row level security applies to the role onlooker on public.sale"),
        problem);
    assertEquals("150", one("SELECT sum(sign) FROM source_shop_sale"));
    var view = SourceName.parse(Optional.of("shop"), "through");
    String refused = refused(() -> install(view, CLOCK, "total"));
    assertTrue(
        refused.startsWith("public.through cannot be read: ERROR: query would be affected by row"),
        refused);

    owner.run("ALTER TABLE public.sale DISABLE ROW LEVEL SECURITY");
    sync(SALE);
    install(view, CLOCK, "total");
    owner.run("ALTER TABLE public.sale ENABLE ROW LEVEL SECURITY");
    sync(view);
    problem = Source.find(local, view).orElseThrow().problem();
    assertTrue(problem.startsWith("public.through cannot be read: ERROR: query would be"), problem);
  }

  @Test
  void aReadingThatHasLeftRowsSaysSo() throws Exception {
    install(SALE, by("updated_at", "id"), "total");
    var sync = new ReadOnlySync(local, remote, SyncProgress.NONE, 7);
    assertTrue(sync.run(SALE, false).hasMore());
    assertEquals("140", one("SELECT sum(sign) FROM source_shop_sale"));
    assertFalse(sync.run(SALE, false).hasMore());
    assertEquals("150", one("SELECT sum(sign) FROM source_shop_sale"));
  }

  /** A view whose row without a watermark, which only a count reads, cannot be computed. */
  @Test
  void aCountThatFailsIsReportedAndNotRepeatedAtOnce() throws Exception {
    owner.run(
        """
        CREATE VIEW public.share AS SELECT id, updated_at, 100 / total AS part FROM public.sale;
        GRANT SELECT ON public.share TO onlooker;
        INSERT INTO public.sale VALUES (200, 200, 0, NULL, NULL)""");
    var share = SourceName.parse(Optional.of("shop"), "share");
    install(share, by("updated_at", "id"), "part");
    SyncStatements.execute(local, "UPDATE source SET recount_requested = true");
    var reader = reader(SourceConfig.DEFAULTS.recount());
    reader.changes();
    reader.counts();
    assertEquals(Optional.of("it cannot be read: ERROR: division by zero"), problem(reader, share));
    owner.run("INSERT INTO public.sale VALUES (300, 300, 1, '2026-01-03', NULL)");
    Awaitility.await()
        .until(
            () -> {
              reader.changes();
              reader.counts();
              return one("SELECT sum(sign) FROM source_shop_share").equals("151");
            });
    assertEquals(
        Optional.of("its rows cannot be counted: ERROR: division by zero"), problem(reader, share));
    reader.close();
  }

  /** As a standby fails that has to go on replaying. */
  @Test
  void aConflictOfAStandbyIsReportedAndReadAgain() throws Exception {
    owner.run(
        """
        CREATE FUNCTION public.conflict() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
          RAISE 'conflict with recovery' USING ERRCODE = '40001'; END $$;
        CREATE VIEW public.busy AS SELECT id, public.conflict() AS total FROM public.sale;
        GRANT SELECT ON public.busy TO onlooker""");
    var busy = SourceName.parse(Optional.of("shop"), "busy");
    install(busy, CLOCK, "total");
    var reader = reader(Duration.ZERO);
    reader.changes();
    reader.counts();
    assertTrue(problem(reader, busy).orElseThrow().contains("conflict with recovery"));
    owner.run("CREATE OR REPLACE VIEW public.busy AS SELECT id, total FROM public.sale");
    // Before the five seconds of its clock have passed.
    Awaitility.await()
        .atMost(Duration.ofSeconds(4))
        .until(
            () -> {
              reader.changes();
              reader.counts();
              return problem(reader, busy).isEmpty();
            });
    assertEquals("150", one("SELECT sum(sign) FROM source_shop_busy"));
    reader.close();
  }

  @Test
  void factsOfAClockAreCompactedWithoutScheduledCounts() throws Exception {
    install(SALE, CLOCK, "total");
    for (int i = 0; i < 4; i++) {
      var reader = reader(Duration.ZERO);
      reader.changes();
      reader.counts();
      assertEquals(Optional.empty(), problem(reader, SALE));
      reader.close();
      if (i < 3) owner.run("UPDATE public.sale SET total = total + 1");
    }
    long facts = Long.parseLong(one("SELECT count(*) FROM source_shop_sale"));
    assertTrue(facts < 150 + 3 * 300, "facts " + facts);
    assertEquals("150", one("SELECT sum(sign) FROM source_shop_sale"));
  }

  @Test
  void aReadingDuringARewriteOfTheTableLosesNoRows() throws Exception {
    owner.run(
        "REVOKE SELECT ON public.sale FROM onlooker; GRANT SELECT (total) ON public.sale TO onlooker");
    install(SALE, CLOCK, "total");
    sync(SALE);
    try (var ddl = owner.connect()) {
      Orders.run(ddl, "BEGIN");
      Orders.run(ddl, "ALTER TABLE public.sale ADD COLUMN u uuid DEFAULT gen_random_uuid()");
      var reading =
          java.util.concurrent.CompletableFuture.supplyAsync(
              () -> {
                try {
                  return sync(SALE);
                } catch (SQLException failure) {
                  throw new IllegalStateException(failure);
                }
              });
      Awaitility.await()
          .until(
              () ->
                  SyncStatements.text(
                          ddl,
                          "SELECT 1 FROM pg_locks WHERE NOT granted"
                              + " AND relation = 'public.sale'::regclass")
                      != null);
      Orders.run(ddl, "COMMIT");
      assertTrue(reading.get(30, java.util.concurrent.TimeUnit.SECONDS).isBusy());
    }
    assertEquals("150", one("SELECT sum(sign) FROM source_shop_sale"));
    sync(SALE);
    assertEquals("150", one("SELECT sum(sign) FROM source_shop_sale"));
  }

  private static ReadOnly by(String watermark, String key) {
    return new ReadOnly(
        Optional.of(watermark), Optional.ofNullable(key), Duration.ZERO, ReadOnly.MIN_EVERY);
  }

  private void install(SourceName name, ReadOnly how, String... columns) throws SQLException {
    new ReadOnlyInstaller(local, remote, 1).install(name, List.of(columns), how);
  }

  private SyncResult sync(SourceName name) throws SQLException {
    return new ReadOnlySync(local, remote, SyncProgress.NONE).run(name, false);
  }

  private SourceReader reader(Duration recount) {
    var config =
        new SourceConfig(
            Map.of("shop", onlooker),
            SourceConfig.DEFAULTS.poll(),
            recount,
            SourceConfig.DEFAULTS.maxPending(),
            SourceConfig.DEFAULTS.maxChanges());
    return new SourceReader(
        Optional.of("shop"),
        new SourceConnections(db, config),
        config,
        facts -> {},
        recount.isZero() ? Duration.ZERO : Compaction.MIN_AGE);
  }

  private static Optional<String> problem(SourceReader reader, SourceName name) {
    return reader.states().get(name.key()).problem();
  }

  private static String refused(org.junit.jupiter.api.function.Executable act) {
    return assertThrows(SourceException.class, act).getMessage();
  }

  private String one(String query) throws SQLException {
    return SyncStatements.text(local, query);
  }
}
