package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The event log is kept as long as configured. */
@Timeout(60)
class EventLogPartitionsIT {
  private static final String ANN = "user.ann";
  private static final RetentionConfig HOUR =
      Settings.of(RetentionConfig.class, "events-keep=1h", "events-max-mib=1048576");

  @RegisterExtension final TestDatabase database = new TestDatabase();
  private final Vertx vertx = Vertx.vertx();
  private Pool pool;
  private EventLog log;

  @BeforeEach
  void open() {
    pool = database.pool(vertx);
    log = new EventLog(pool);
    // The first partition holds ten events.
    for (String sql :
        List.of(
            "DROP TABLE event_log_0_1",
            "DROP TABLE event_stream_0_1",
            "CREATE TABLE event_log_0_1 PARTITION OF event_log FOR VALUES FROM (0, 1) TO (0, 11)",
            "CREATE TABLE event_stream_0_1 PARTITION OF event_stream"
                + " FOR VALUES FROM (0, 1) TO (0, 11)",
            "UPDATE event_part SET ends = 11 WHERE shard = 0")) {
      await(pool.query(sql).execute());
    }
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void partitionsAreCreatedAheadOfTheHeadAndEventsAreReadAcrossThem() {
    maintain(HOUR);
    for (int i = 0; i < 6; i++) {
      append(9, Instant.now());
      maintain(HOUR);
    }
    assertEquals(LongStream.rangeClosed(1, 54).boxed().toList(), sequences(0, 1000));
    assertEquals(List.of(50L, 51L, 52L, 53L, 54L), sequences(49, 1000));
    assertEquals(LongStream.rangeClosed(8, 27).boxed().toList(), sequences(7, 20));
    assertEquals(0, count("SELECT count(*) FROM event_log_rest"));
    assertTrue(count("SELECT count(*) FROM event_part WHERE shard = 0 AND starts > 54") >= 2);
  }

  @Test
  void oldPartitionsAreDroppedAndOffsetsBeforeThemAreReportedLost() {
    maintain(HOUR);
    append(20, Instant.now().minus(Duration.ofHours(2)));
    maintain(HOUR);
    append(10, Instant.now());
    maintain(HOUR);
    long oldest = await(log.oldest(0));
    assertTrue(oldest > 1 && oldest <= 21, () -> "oldest is " + oldest);
    assertEquals(LongStream.rangeClosed(oldest, 30).boxed().toList(), sequences(0, 1000));
    assertEquals(
        count("SELECT count(*) FROM event_log"), count("SELECT count(*) FROM event_stream"));

    String epoch = await(log.heads()).get(0).epoch();
    assertFalse(page(new Offset(epoch, 3)).recovered());
    var kept = page(new Offset(epoch, oldest - 1));
    assertTrue(kept.recovered());
    assertEquals(30 - oldest + 1, kept.events().size());
  }

  @Test
  void aLogThatIsTooLargeLosesItsOldestPartitionsButNotTheCurrentOne() {
    var small = Settings.of(RetentionConfig.class, "events-keep=365d", "events-max-mib=1");
    maintain(small);
    for (int i = 0; i < 8; i++) {
      append(10, Instant.now(), "x".repeat(40_000));
      maintain(small);
    }
    long bytes =
        count(
            "SELECT sum(pg_total_relation_size(('event_log_'||shard||'_'||starts)::regclass)"
                + " + pg_total_relation_size(('event_stream_'||shard||'_'||starts)::regclass))"
                + " FROM event_part");
    assertTrue(bytes < 2 << 20, () -> bytes + " bytes");
    long oldest = await(log.oldest(0));
    assertTrue(oldest > 1);
    assertEquals(LongStream.rangeClosed(oldest, 80).boxed().toList(), sequences(0, 1000));
  }

  @Test
  void withoutPartitionsTheLogContinuesAndNoRowsStayBeforeDroppedOnes() {
    append(25, Instant.now().minus(Duration.ofHours(2)));
    assertEquals(15, count("SELECT count(*) FROM event_log_rest"));
    append(10, Instant.now());
    maintain(HOUR);
    for (int i = 0; i < 10; i++) append(10, Instant.now());
    maintain(HOUR);
    long oldest = await(log.oldest(0));
    List<Long> kept = sequences(0, 1000);
    assertEquals(LongStream.rangeClosed(oldest, 135).boxed().toList(), kept);
    var brief = Settings.of(RetentionConfig.class, "events-keep=1s", "events-max-mib=1048576");
    await(pool.query("UPDATE event_log SET at = at - interval '1 day'").execute());
    maintain(brief);
    oldest = await(log.oldest(0));
    assertTrue(oldest > 35, "the rest went with a part after it");
    assertEquals(LongStream.rangeClosed(oldest, 135).boxed().toList(), sequences(0, 1000));
  }

  @Test
  void aReaderBlocksMaintenanceAndLosesNothing() {
    maintain(HOUR);
    append(20, Instant.now().minus(Duration.ofHours(2)));
    maintain(HOUR);
    append(20, Instant.now().minus(Duration.ofHours(2)));
    var reader = await(pool.getConnection());
    await(reader.query("BEGIN; SELECT * FROM event_log").execute());
    long before = count("SELECT count(*) FROM event_part");
    assertTrue(
        new EventLogPartitions(pool, HOUR, 10)
            .maintain()
            .transform(done -> fails(done.failed()))
            .await());
    assertEquals(before, count("SELECT count(*) FROM event_part"));
    await(reader.query("ROLLBACK").execute());
    await(reader.close());
    maintain(HOUR);
    assertTrue(await(log.oldest(0)) > 1);
  }

  @Test
  void theMigrationKeepsAnOlderLog() throws Exception {
    var sql = new Sql(Services.get().freshDatabase().postgresUri());
    sql.run("DROP SCHEMA boardcast CASCADE");
    migrate(sql.uri(), "12");
    sql.run("UPDATE event_shard SET head = 3 WHERE shard IN (0, 2)");
    sql.run(
        """
        INSERT INTO event_log
        SELECT shard, n, gen_random_uuid(), 't', ARRAY['a', 'b' || n], '{}', now()
        FROM generate_series(1, 3) n, unnest(ARRAY[0, 2]) shard""");
    sql.run(
        """
        INSERT INTO event_stream SELECT DISTINCT s, sequence FROM event_log, unnest(streams) s""");
    List<String> before = sql.column("SELECT l::text FROM event_log l ORDER BY 1");
    migrate(sql.uri(), "17");
    assertEquals(before, sql.column("SELECT l::text FROM event_log l ORDER BY 1"));
    assertEquals(
        List.of("0a1", "0a2", "0a3", "0b11", "0b22", "0b33"),
        sql.column(
            "SELECT shard || stream || sequence FROM event_stream WHERE shard = 0 ORDER BY 1"));
    assertEquals(List.of("12"), sql.column("SELECT count(*) FROM event_stream"));
    assertEquals(
        List.of("0", "0"),
        sql.column(
            "SELECT count(*) FROM event_log_rest UNION ALL SELECT count(*) FROM event_stream_rest"));
  }

  private static Future<Boolean> fails(boolean failed) {
    return Future.succeededFuture(failed);
  }

  private static void migrate(String uri, String target) {
    var at = java.net.URI.create(uri);
    String[] login = at.getUserInfo().split(":", 2);
    Flyway.configure()
        .dataSource(
            "jdbc:postgresql://" + at.getHost() + ":" + at.getPort() + at.getPath(),
            login[0],
            login.length > 1 ? login[1] : null)
        .locations("classpath:dev/boardcast/migration")
        .target(target)
        .load()
        .migrate();
  }

  private void maintain(RetentionConfig config) {
    for (int i = 0; i < 3; i++) await(new EventLogPartitions(pool, config, 10).maintain());
  }

  private StreamCatchUp.Page page(Offset after) {
    return await(new StreamCatchUp(log).read(ANN, Set.of(ANN), Optional.of(after), 500));
  }

  private List<Long> sequences(long after, int limit) {
    List<LoggedEvent> ofShard = await(log.read(0, after, limit));
    List<LoggedEvent> ofStream = await(log.readStream(ANN, after, Long.MAX_VALUE, limit));
    assertEquals(ofShard, ofStream);
    return ofShard.stream().map(LoggedEvent::sequence).toList();
  }

  private void append(int count, Instant at) {
    append(count, at, "");
  }

  private void append(int count, Instant at, String filler) {
    var events = new ArrayList<NewEvent>();
    for (int i = 0; i < count; i++) {
      var data = RawJson.of("{\"x\":\"" + filler + i + random(filler.length()) + "\"}");
      events.add(new NewEvent(UUID.randomUUID(), "t", List.of(ANN), data, at));
    }
    await(new Outbox(vertx, new TypedBus(vertx)).append(pool, events));
    var lease = new Lease("emitter.0", "test", Duration.ofSeconds(30));
    long token = await(Leases.acquire(lease, pool)).getAsLong();
    await(new OutboxDrain(pool, lease, 0, 1000).run(token, 0));
  }

  /** Text that does not compress. */
  private static String random(int length) {
    var text = new StringBuilder();
    while (text.length() < length) text.append(UUID.randomUUID());
    return text.toString();
  }

  private long count(String sql) {
    return await(pool.query(sql).execute()).iterator().next().getLong(0);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError("not within 20 s", late);
    }
  }
}
