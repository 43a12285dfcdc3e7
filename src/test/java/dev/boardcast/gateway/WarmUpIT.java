package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.TextTokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WarmUpIT {
  private final Vertx vertx = Vertx.vertx();
  private final InMemoryHistory history = new InMemoryHistory();

  @AfterEach
  void close() {
    GatewayFixture.await(vertx.close());
  }

  @Test
  void sessionsAreServedAndNothingOfThemStays() {
    history.append("t", "{}", "agents");
    Set<String> before = vertx.deploymentIDs();
    var isWarm = new AtomicBoolean();
    // The second node of a process has little to warm.
    for (int sessions : List.of(200, 10)) {
      var warmUp = new WarmUp("node-1", GatewayConfig.DEFAULTS, services(), isWarm);
      String deployment = GatewayFixture.await(vertx.deployVerticle(warmUp));
      GatewayFixture.await(warmUp.run());
      assertEquals(sessions, warmUp.served());
      GatewayFixture.await(vertx.undeploy(deployment));
      assertEquals(before, vertx.deploymentIDs());
    }
  }

  @Test
  void aDatabaseThatDoesNotAnswerDelaysTheStartByABoundedTime() {
    history.silentHeads.set(1_000_000);
    long start = System.nanoTime();
    var warmUp = new WarmUp("node-1", GatewayConfig.DEFAULTS, services(), new AtomicBoolean());
    String deployment = GatewayFixture.await(vertx.deployVerticle(warmUp));
    GatewayFixture.await(warmUp.run());
    GatewayFixture.await(vertx.undeploy(deployment));
    assertTrue((System.nanoTime() - start) / 1_000_000 < 10_000);
  }

  private GatewayServices services() {
    var board =
        new TopicCatalogue.BoardTopic(
            "routing", "routing", Visibility.PUBLIC, Board.Format.BARE, List.of());
    return new GatewayServices(
        history,
        name -> Future.succeededFuture(Optional.empty()),
        new TextTokens(),
        TeamMemberships.OF_TOKEN,
        new TopicCatalogue(List.of(board), Map.of()));
  }
}
