package dev.boardcast.sources;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.PostgresServer;
import dev.boardcast.testing.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Up to when a standby has rows. */
class ReadBoundIT {
  private static final SourceName SALE = SourceName.parse(Optional.of("shop"), "sale");
  private static final ReadOnly HOW =
      new ReadOnly(Optional.empty(), Optional.empty(), Duration.ZERO, ReadOnly.MIN_CLOCK);

  @TempDir private Path data;

  @Test
  void aStandbyKnowsRowsUpToWhatItHasReplayed() throws Exception {
    try (var primary = PostgresServer.start(data.resolve("primary"));
        var standby = primary.addStandby(data.resolve("standby"))) {
      var writer = new Sql(primary.uri());
      writer.run("CREATE TABLE sale (id int)");
      var reader = new Sql(standby.uri());
      try (Connection there = reader.connect()) {
        Awaitility.await()
            .until(() -> !reader.column("SELECT to_regclass('sale')::text").contains(null));
        Awaitility.await()
            .untilAsserted(
                () -> {
                  Instant before = now(there);
                  Instant bound = bound(there);
                  assertTrue(!bound.isBefore(before), bound + " all is replayed at " + before);
                });

        reader.column("SELECT pg_wal_replay_pause()");
        Awaitility.await()
            .until(
                () -> reader.column("SELECT pg_get_wal_replay_pause_state()").contains("paused"));
        Instant paused = now(there);
        writer.run("INSERT INTO sale VALUES (1)");
        assertTrue(!bound(there).isAfter(paused), "a row is received and not replayed");
        reader.column("SELECT pg_wal_replay_resume()");
        Awaitility.await().until(() -> bound(there).isAfter(paused));

        primary.stop();
        Awaitility.await()
            .until(() -> reader.column("SELECT 1 FROM pg_stat_wal_receiver").isEmpty());
        Instant away = now(there);
        assertTrue(bound(there).isBefore(away), "it receives nothing");
      }
    }
  }

  private static Instant bound(Connection there) throws Exception {
    return time(there, "'" + ReadBound.of(there, SALE, HOW) + "'::timestamptz");
  }

  private static Instant now(Connection there) throws Exception {
    return time(there, "now()");
  }

  private static Instant time(Connection there, String sql) throws Exception {
    return Instant.parse(
        SyncStatements.text(
            there,
            "SELECT to_char(" + sql + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
  }
}
