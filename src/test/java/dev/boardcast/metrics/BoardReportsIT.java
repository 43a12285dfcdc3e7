package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.Pools;
import dev.boardcast.engine.BoardsByName;
import dev.boardcast.engine.ReportSource.Format;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BoardReportsIT {
  private static final int MORE_THAN_MAY_WAIT = 30;

  private final CountDownLatch drawn = new CountDownLatch(2);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @Test
  void aScheduledReportDoesNotWaitForThoseOfRequests(Vertx vertx) throws Exception {
    var pool = Pools.pool(vertx, Services.get().freshDatabase(), "test", 2);
    var slow = new Small("slow");
    var reports =
        new BoardReports(
            vertx,
            new BoardsByName(List.of(slow, new Small("quick"))),
            null,
            new HistoryQueryLimiter(pool),
            Clock.systemUTC());
    var requested = new ArrayList<Future<byte[]>>();
    try {
      for (int i = 0; i < MORE_THAN_MAY_WAIT; i++) {
        var query = QueryParameters.of(range(), Set.of(), "from", "to", "compare");
        requested.add(reports.report(slow, query, Format.PDF));
      }
      assertTrue(drawn.await(20, TimeUnit.SECONDS));
      byte[] pdf = reports.report("quick", range(), Format.PDF).await(20, TimeUnit.SECONDS);
      assertTrue(pdf.length > 0);
      assertFalse(requested.get(0).isComplete());
    } finally {
      mayEnd.countDown();
    }
    requested.get(0).await(20, TimeUnit.SECONDS);
    pool.close().await(10, TimeUnit.SECONDS);
  }

  private static MultiMap range() {
    return MultiMap.caseInsensitiveMultiMap().add("from", "2026-01-01").add("to", "2026-01-02");
  }

  /** A board with one number; drawing one called slow lasts until it may end. */
  private final class Small implements Board {
    private final String name;

    Small(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String title() {
      if (name.equals("slow")) {
        drawn.countDown();
        try {
          mayEnd.await();
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      return name;
    }

    @Override
    public List<MetricDescription> metrics() {
      return List.of();
    }

    @Override
    public List<String> facts() {
      return List.of();
    }

    @Override
    public List<String> fold() {
      return List.of();
    }

    @Override
    public List<String> rollups() {
      return List.of();
    }

    @Override
    public Optional<RangeSupport> ranges() {
      return Optional.of(
          new RangeSupport(
              Duration.ofDays(1),
              ZoneOffset.UTC,
              (client, from, to) -> Future.succeededFuture(RawJson.of("{\"total\":1}"))));
    }

    @Override
    public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
      return Future.failedFuture("not asked for");
    }
  }
}
