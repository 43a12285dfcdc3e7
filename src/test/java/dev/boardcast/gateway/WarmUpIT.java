package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Problem.FieldError;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.TextTokens;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WarmUpIT {
  private final Vertx vertx = Vertx.vertx();
  private final InMemoryHistory history = new InMemoryHistory();
  private final AtomicInteger tokens = new AtomicInteger();

  @AfterEach
  void close() {
    GatewayFixture.await(vertx.close());
  }

  @Test
  void sessionsAreServedAndNothingOfThemStays() {
    history.append("t", "{}", "agents");
    Set<String> before = vertx.deploymentIDs();
    var isWarm = new AtomicBoolean();
    var stored = new AtomicInteger();
    GatewayServices services = services().toBuilder().publisher(counting(stored)).build();
    int served = run(new WarmUp("node-1", config("2s"), services, isWarm));
    assertTrue(served > 50, served + " sessions");
    // The second node of a process has little to warm.
    assertEquals(10, run(new WarmUp("node-1", config("500ms"), services, isWarm)));
    assertEquals(before, vertx.deploymentIDs());
    assertEquals(0, stored.get(), "what its clients publish is not stored");
    assertEquals(1, history.head(Shards.of("agents")), "the log");
    assertEquals(0, tokens.get(), "tokens of its clients are not the node's");
  }

  @Test
  void theNodeTellsHowLongItTook() {
    var meters = new SimpleMeterRegistry();
    var bus = new TypedBus(vertx);
    var node = GatewayNode.of("node-1", config("300ms"), services(), Optional.of(meters));
    var gateway = new Gateway(vertx, bus, node, true);
    GatewayFixture.await(gateway.start("127.0.0.1", 0, 1));
    Timer took = meters.get("boardcast.gateway.warm.up").timer();
    assertEquals(1, took.count());
    assertTrue(took.totalTime(TimeUnit.MILLISECONDS) < 3_000);
    assertEquals(0, meters.get("boardcast.gateway.frames").counter().count());
    assertEquals(0, meters.get("boardcast.gateway.flushes").counter().count());
    assertEquals(0, gateway.sessions());
    GatewayFixture.await(gateway.close());
  }

  @Test
  void aNodeThatIsToldNotToDoesNot() {
    var meters = new SimpleMeterRegistry();
    var node = GatewayNode.of("node-1", config("0s"), services(), Optional.of(meters));
    var gateway = new Gateway(vertx, new TypedBus(vertx), node, true);
    GatewayFixture.await(gateway.start("127.0.0.1", 0, 1));
    assertEquals(0, meters.get("boardcast.gateway.warm.up").timer().count());
    GatewayFixture.await(gateway.close());
  }

  @Test
  void aDatabaseThatDoesNotAnswerDelaysTheStartByABoundedTime() {
    history.silentHeads.set(1_000_000);
    long start = System.nanoTime();
    run(new WarmUp("node-1", GatewayConfig.DEFAULTS, services(), new AtomicBoolean()));
    assertTrue((System.nanoTime() - start) / 1_000_000 < 10_000);
  }

  private int run(WarmUp warmUp) {
    String deployment = GatewayFixture.await(vertx.deployVerticle(warmUp));
    int served = GatewayFixture.await(warmUp.run());
    GatewayFixture.await(vertx.undeploy(deployment));
    return served;
  }

  private static GatewayConfig config(String warmUp) {
    return Settings.of(GatewayConfig.class, "gateway-warm-up=" + warmUp);
  }

  private static StreamPublisher counting(AtomicInteger stored) {
    return new StreamPublisher() {
      @Override
      public Optional<FieldError> refusal(String topic, String type) {
        return Optional.empty();
      }

      @Override
      public Future<List<Boolean>> store(Publisher by, List<Publication> events) {
        stored.addAndGet(events.size());
        return Future.failedFuture("not expected");
      }

      @Override
      public boolean send(EphemeralMessage message) {
        stored.incrementAndGet();
        return false;
      }
    };
  }

  private GatewayServices services() {
    var board =
        new TopicCatalogue.BoardTopic(
            "routing", "routing", Visibility.PUBLIC, Board.Format.BARE, List.of());
    return new GatewayServices(
        history,
        name -> Future.succeededFuture(Optional.empty()),
        token -> {
          tokens.incrementAndGet();
          return new TextTokens().authenticate(token);
        },
        TeamMemberships.OF_TOKEN,
        new TopicCatalogue(List.of(board), Map.of()));
  }
}
