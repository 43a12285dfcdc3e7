package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Addresses;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.RelayProxy;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that neither other nodes nor the database answer cannot learn of revocations. */
class BlindNodeIT extends AccessCase {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final String ANN = Person.of("ann").token();

  @TempDir private Path dir;
  private final AtomicBoolean beaconsAreLost = new AtomicBoolean();
  private DedicatedServices servers;
  private DatabaseConfig own;
  private BoardcastOptions options;
  private Boardcast node;

  @BeforeEach
  void start() {
    servers = Services.dedicated(dir);
    own = servers.freshDatabase();
    options = TestOptions.local(own).set("auth-revocation-blind-limit", LIMIT.toSeconds() + "s");
    vertx
        .eventBus()
        .addInboundInterceptor(
            delivery -> {
              String address = delivery.message().address();
              boolean isLost =
                  beaconsAreLost.get() && address.endsWith(Addresses.NODE_BEACONS.name());
              if (!isLost) delivery.next();
            });
    node = deploy();
    deploy();
  }

  @AfterEach
  void stopServers() {
    servers.close();
  }

  @Override
  BoardcastOptions options() {
    return options;
  }

  @Test
  void itEndsTheSessionsOfUsersAfterTheLimitUntilTheDatabaseAnswers() throws Exception {
    WsClient ann = socket(node, "agents", ANN);
    WsClient anonymous = socket(node, "agents", null);
    session(ann);
    session(anonymous);

    servers.stopPostgres();
    // While another node is there, only the database is away.
    Awaitility.await()
        .during(LIMIT.plusSeconds(2))
        .atMost(LIMIT.plusSeconds(4))
        .until(() -> !ann.isClosed());
    beaconsAreLost.set(true);

    assertEquals(1013, ann.closeCode());
    assertEquals("revocations cannot be checked now", ann.closeReason());
    assertFalse(anonymous.isClosed());
    assertEquals(503, get(node, "/api/v1/boards", ANN).status());
    assertEquals(200, get(node, "/api/v1/boards", null).status());
    assertEquals(1013, socket(node, "agents", ANN).closeCode());
    JsonNode health = get(node, "/health/ready", null).json();
    assertEquals("degraded", health.path("status").asText());
    assertEquals("away", health.at("/dependencies/revocations").asText());
    assertTrue(
        metrics().contains("boardcast_revocations_blind{application=\"boardcast\"} 1.0"),
        metrics());

    servers.startPostgres();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(node, "/api/v1/boards", ANN).status() == 200);
    session(socket(node, "agents", ANN));
  }

  @Test
  void itEndsThemAlsoWhenAnotherNodeKnowsOfARevocationThatDidNotReachIt() throws Exception {
    var postgres = URI.create(own.postgresUri());
    var relay = RelayProxy.recording(vertx, postgres.getHost(), postgres.getPort());
    options =
        options.postgres(
            postgres.toString().replace(":" + postgres.getPort() + "/", ":" + relay.port() + "/"));
    Boardcast cut = deploy();
    WsClient ann = socket(cut, "agents", ANN);
    session(ann);

    relay.close();
    // Others say that they know no more than this node does.
    Awaitility.await()
        .during(LIMIT.plusSeconds(1))
        .atMost(LIMIT.plusSeconds(3))
        .until(() -> !ann.isClosed());
    busIsLost.set(true);
    String body = "{\"user\":\"ann\",\"reason\":\"left\"}";
    assertEquals(201, post(node, REVOCATIONS, ADMIN, body).status());

    assertEquals(1013, ann.closeCode());
    assertEquals(503, get(cut, "/api/v1/boards", ANN).status());
    assertEquals(401, get(node, "/api/v1/boards", ANN).status());
  }

  private String metrics() throws Exception {
    return text(node, "/metrics");
  }
}
