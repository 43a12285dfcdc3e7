package dev.boardcast.lab.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The load generator reports no defect of a correct node, and every defect of a faulty one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaboratoryIT {
  private static final String SECRET = "a secret of the laboratory that is long enough for HS256";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CLIENTS = 20;

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Vertx vertx = Vertx.vertx();
  private Boardcast staying;

  @BeforeAll
  void start() throws Exception {
    staying = node();
  }

  @AfterAll
  void stop() throws Exception {
    staying.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(
      value = LoadProfile.class,
      names = {"STEADY", "AVALANCHE", "EXPIRED", "JITTER", "MIXED"})
  void aCorrectNodeKeepsItsGuaranteesForEveryProfile(LoadProfile profile) throws Exception {
    LoadReport report = run(options(gateway(staying), profile));
    assertTrue(report.kept(), report::text);
    LedgerTotals totals = report.ledger().get(0);
    assertTrue(totals.acknowledged() > 0 && totals.expected() == totals.acknowledged() * CLIENTS);
    assertEquals(totals.expected(), totals.received());
  }

  @Test
  void tasksAreWrittenAndReceivedToo() throws Exception {
    var writes = new LoadOptions.Writes(50, 100, Optional.of("lab"), true);
    LoadReport report = run(options(gateway(staying), LoadProfile.STEADY, writes, 3));
    assertTrue(report.kept(), report::text);
    assertEquals(2, report.ledger().size());
    report.ledger().forEach(totals -> assertTrue(totals.received() > 0, report::text));
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultyNode.Defect.class,
      names = {"LOST_EVENT", "DUPLICATE_EVENT", "WRONG_OFFSET"})
  void oneWrongFrameForOneClientIsReported(FaultyNode.Defect defect) throws Exception {
    try (var proxy = new FaultyNode(vertx, gateway(staying), defect)) {
      LoadReport report = run(options(proxy.url(), LoadProfile.STEADY));
      assertFalse(report.kept(), report::text);
      LedgerTotals totals = report.ledger().get(0);
      switch (defect) {
        case LOST_EVENT -> assertEquals(1, totals.lost(), report::text);
        case DUPLICATE_EVENT -> assertEquals(1, totals.duplicates(), report::text);
        default -> assertTrue(totals.conflicting() > 0, report::text);
      }
    }
  }

  @Test
  void aLateDeliveryIsTheWorstOfItsSession() throws Exception {
    try (var proxy = new FaultyNode(vertx, gateway(staying), FaultyNode.Defect.LATE_EVENT)) {
      LoadReport report = run(options(proxy.url(), LoadProfile.STEADY));
      assertTrue(report.kept(), report::text);
      Freshness whole = report.freshness().get(0);
      assertEquals(1, report.freshness().size());
      assertEquals(CLIENTS, whole.events().count());
      assertTrue(whole.events().max() > FaultyNode.DELAY_MILLIS / 2, report::text);
      assertTrue(whole.events().p50() < FaultyNode.DELAY_MILLIS / 2, report::text);
      assertTrue(whole.silence().max() > FaultyNode.DELAY_MILLIS / 2, report::text);
    }
  }

  @Test
  void freshnessOfABoardIsMeasuredWhileItChanges() throws Exception {
    var one = options(gateway(staying), LoadProfile.STEADY);
    var all = one.clients();
    var options =
        new LoadOptions(
            one.nodes(),
            new LoadOptions.Clients(
                all.profile(),
                all.count(),
                all.connectsPerSecond(),
                Optional.of(FactWriter.BOARD),
                all.maxBufferedBytes()),
            new LoadOptions.Writes(50, 100, Optional.of("lab"), false, 20),
            one.duration(),
            one.patience());
    LoadReport report = run(options);
    assertTrue(report.kept(), report::text);
    assertTrue(report.snapshots() > 1, report::text);
    assertEquals(CLIENTS, report.freshness().get(0).boards().count());
  }

  @Test
  void aNodeThatStopsKeepsTheGuarantees() throws Exception {
    LoadReport report = closeOneNode(FaultyNode.Defect.NONE);
    assertTrue(report.kept(), report::text);
    // Half of the clients of the node move before it closes them.
    assertTrue(report.moves().completed() > 0, report::text);
    assertTrue(report.connections().opened() > CLIENTS, report::text);
  }

  @Test
  void aNodeThatClosesWith1000IsReported() throws Exception {
    LoadReport report = closeOneNode(FaultyNode.Defect.CLOSE_CODE_1000);
    assertFalse(report.kept(), report::text);
    assertTrue(report.violations().toString().contains("were closed with 1000"), report::text);
  }

  @Test
  void aSlowClientIsBufferedWithinTheBoundAndLosesNothing() throws Exception {
    LoadReport report = run(heavy(gateway(staying)));
    assertTrue(report.kept(), report::text);
    // The close frame, 4408, may come after more than such a client reads in time.
    assertTrue(report.connections().opened() > CLIENTS, report::text);
  }

  @Test
  void anUnboundedQueueIsReported() throws Exception {
    try (var proxy = new FaultyNode(vertx, gateway(staying), FaultyNode.Defect.UNBOUNDED_QUEUE)) {
      LoadReport report = run(heavy(proxy.url()));
      assertFalse(report.kept(), report::text);
      assertTrue(report.violations().toString().contains("were buffered"), report::text);
    }
  }

  /** Closes one of two nodes while clients are connected and events are written. */
  private LoadReport closeOneNode(FaultyNode.Defect defect) throws Exception {
    Boardcast leaving = node();
    try (var proxy = new FaultyNode(vertx, gateway(leaving), defect)) {
      var one = options(gateway(staying), LoadProfile.STEADY);
      var both =
          new LoadOptions(
              nodes(proxy.url(), gateway(staying)),
              one.clients(),
              one.writes(),
              one.duration(),
              defect == FaultyNode.Defect.NONE ? LIMIT : Duration.ofSeconds(3));
      try (var run = new LoadRun(vertx, both)) {
        assertTrue(run.connect(LIMIT));
        run.startWriting();
        leaving.close().await(30, TimeUnit.SECONDS);
        return run.finish();
      }
    } finally {
      leaving.close().await(30, TimeUnit.SECONDS);
    }
  }

  private LoadReport run(LoadOptions options) throws InterruptedException {
    return new TimedLoadRun().run(vertx, options, progress -> {});
  }

  private LoadOptions options(URI url, LoadProfile profile) {
    var writes = new LoadOptions.Writes(50, 100, Optional.of("lab"), false);
    return options(url, profile, writes, 3);
  }

  /** More in seconds than a queue holds, to clients of which every fifth hardly reads. */
  private LoadOptions heavy(URI url) {
    var writes = new LoadOptions.Writes(100, 16_000, Optional.of("lab"), false);
    return options(url, LoadProfile.SLOW, writes, 6);
  }

  private LoadOptions options(
      URI url, LoadProfile profile, LoadOptions.Writes writes, int seconds) {
    var clients =
        new LoadOptions.Clients(
            profile, CLIENTS, 500, Optional.empty(), LoadOptions.Clients.MAX_BUFFERED_BYTES);
    return new LoadOptions(
        nodes(url), clients, writes, Duration.ofSeconds(seconds), Duration.ofSeconds(20));
  }

  private LoadOptions.Nodes nodes(URI... sockets) {
    URI http = URI.create("http://127.0.0.1:" + staying.httpPort());
    return new LoadOptions.Nodes(List.of(sockets), List.of(http), TokenSource.signing(SECRET));
  }

  private Boardcast node() throws Exception {
    var config = TestOptions.local(db).jwtSecret(SECRET);
    return Boardcast.deploy(vertx, config, Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
  }

  private static URI gateway(Boardcast node) {
    return URI.create("ws://127.0.0.1:" + node.gatewayPort());
  }
}
