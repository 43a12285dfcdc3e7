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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The laboratory finds nothing where nothing is wrong, and every seeded defect. */
class LaboratoryIT {
  private static final String SECRET = "a secret of the laboratory, long enough for HS256";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CLIENTS = 20;

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Vertx vertx = Vertx.vertx();
  private Boardcast leaving;
  private Boardcast staying;

  @BeforeEach
  void start() throws Exception {
    leaving = node();
    staying = node();
  }

  @AfterEach
  void stop() throws Exception {
    leaving.close().await(30, TimeUnit.SECONDS);
    staying.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(
      value = LoadProfile.class,
      names = {"STEADY", "AVALANCHE", "EXPIRED", "JITTER", "MIXED"})
  void aGoodNodeKeepsItsPromisesToEveryProfile(LoadProfile profile) throws Exception {
    LoadReport report =
        new LoadCommandRun().run(vertx, options(gateway(staying), profile), pulse -> {});
    assertTrue(report.kept(), report::text);
    LedgerTotals tally = report.ledger().get(0);
    assertTrue(tally.acknowledged() > 0 && tally.due() == tally.acknowledged() * CLIENTS);
    assertEquals(tally.due(), tally.received());
  }

  @Test
  void tasksAreFollowedToo() throws Exception {
    var options = tasksToo(options(gateway(staying), LoadProfile.STEADY));
    LoadReport report = new LoadCommandRun().run(vertx, options, pulse -> {});
    assertTrue(report.kept(), report::text);
    assertEquals(2, report.ledger().size());
    report.ledger().forEach(tally -> assertTrue(tally.received() > 0, report::text));
  }

  @ParameterizedTest
  @EnumSource(
      value = Saboteur.Defect.class,
      names = {"DROPS_ONE", "DOUBLES_ONE", "SKIPS_ONE"})
  void oneWrongFrameToOneClientIsFound(Saboteur.Defect defect) throws Exception {
    try (var saboteur = new Saboteur(vertx, gateway(staying), defect)) {
      var options = options(saboteur.url(), LoadProfile.STEADY);
      LoadReport report = new LoadCommandRun().run(vertx, options, pulse -> {});
      assertFalse(report.kept(), report::text);
      LedgerTotals tally = report.ledger().get(0);
      switch (defect) {
        case DROPS_ONE -> assertEquals(1, tally.lost(), report::text);
        case DOUBLES_ONE -> assertEquals(1, tally.doubled(), report::text);
        default -> assertTrue(tally.contradicted() > 0, report::text);
      }
    }
  }

  @Test
  void aNodeThatLeavesWellIsNoFault() throws Exception {
    LoadReport report = leave(Saboteur.Defect.NONE);
    assertTrue(report.kept(), report::text);
    assertTrue(report.lines().opened() > CLIENTS, report::text);
  }

  @Test
  void aNodeThatLeavesWith1000IsFound() throws Exception {
    LoadReport report = leave(Saboteur.Defect.CLOSES_WITH_1000);
    assertFalse(report.kept(), report::text);
    assertTrue(report.complaints().toString().contains("ended with 1000"), report::text);
  }

  @Test
  void aClientThatDoesNotReadCostsNoMoreThanItsQueueAndLosesNothing() throws Exception {
    LoadReport report = new LoadCommandRun().run(vertx, heavy(gateway(staying)), pulse -> {});
    assertTrue(report.kept(), report::text);
    // The goodbye, 4408, may stand behind more than such a client reads in time.
    assertTrue(report.lines().opened() > CLIENTS, report::text);
  }

  @Test
  void anUnboundedQueueIsFound() throws Exception {
    try (var saboteur = new Saboteur(vertx, gateway(staying), Saboteur.Defect.KEEPS_EVERYTHING)) {
      LoadReport report = new LoadCommandRun().run(vertx, heavy(saboteur.url()), pulse -> {});
      assertFalse(report.kept(), report::text);
      assertTrue(report.complaints().toString().contains("were held"), report::text);
    }
  }

  /** One of two nodes is closed while clients listen and events are written. */
  private LoadReport leave(Saboteur.Defect defect) throws Exception {
    try (var saboteur = new Saboteur(vertx, gateway(leaving), defect)) {
      var one = options(gateway(staying), LoadProfile.STEADY);
      var both =
          new LoadOptions(
              List.of(saboteur.url(), gateway(staying)),
              one.http(),
              one.passes(),
              one.profile(),
              CLIENTS,
              one.connectsPerSecond(),
              one.perSecond(),
              one.bytes(),
              one.duration(),
              defect == Saboteur.Defect.NONE ? LIMIT : Duration.ofSeconds(3),
              one.stream(),
              false,
              Optional.empty(),
              one.maxHeld());
      var trial = new LoadRun(vertx, both);
      try {
        assertTrue(trial.open(LIMIT));
        trial.write();
        leaving.close().await(30, TimeUnit.SECONDS);
        return trial.finish();
      } finally {
        trial.close();
      }
    }
  }

  private LoadOptions options(URI url, LoadProfile profile) {
    URI http = URI.create("http://127.0.0.1:" + staying.httpPort());
    return LoadOptions.of(List.of(url), List.of(http), TokenSource.of(SECRET), "lab")
        .with(profile, CLIENTS, 500)
        .writing(50, 100, Duration.ofSeconds(3));
  }

  /** More in seconds than a queue holds, to clients of which every fifth hardly reads. */
  private LoadOptions heavy(URI url) {
    return options(url, LoadProfile.SLOW).writing(100, 16_000, Duration.ofSeconds(6));
  }

  private static LoadOptions tasksToo(LoadOptions one) {
    return new LoadOptions(
        one.urls(),
        one.http(),
        one.passes(),
        one.profile(),
        one.clients(),
        one.connectsPerSecond(),
        one.perSecond(),
        one.bytes(),
        one.duration(),
        one.patience(),
        one.stream(),
        true,
        one.board(),
        one.maxHeld());
  }

  private Boardcast node() throws Exception {
    var config = TestOptions.local(db).jwtSecret(SECRET);
    return Boardcast.deploy(vertx, config, Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
  }

  private static URI gateway(Boardcast node) {
    return URI.create("ws://127.0.0.1:" + node.gatewayPort());
  }
}
