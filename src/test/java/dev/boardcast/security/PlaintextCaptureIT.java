package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.ClusteredVertx;
import dev.boardcast.Role;
import dev.boardcast.bus.Addresses;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.RelayProxy;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestCa;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records every byte between clients and nodes, between nodes on the event bus, and between nodes
 * and PostgreSQL and Redis, in one run. With TLS none of the texts below is in it; without, all of
 * them are.
 */
@Timeout(180)
class PlaintextCaptureIT {
  private static final String NAME = "it-capture";
  private static final String MARKER = "marker0f3a9c";
  private static final String TOKEN = Person.of("ann").with("publish", "ingest").token();
  private static final Map<String, List<String>> TEXTS =
      Map.of(
          "writer", List.of(MARKER, TOKEN, "Authorization", "HTTP/1.1"),
          "session", List.of(MARKER, "HTTP/1.1", "routing", "subscribed"),
          "bus", List.of(MARKER, NAME, Addresses.EVENTS.name(), Addresses.SNAPSHOTS.name()),
          "postgres", List.of(MARKER, "INSERT INTO", "SELECT", "event_log", "boardcast"),
          "redis", List.of("HSET", "HELLO", "snapshot:routing", "total_decisions"));

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, RelayProxy> wires = new TreeMap<>();
  private final List<Integer> memberPorts = new ArrayList<>();
  private final List<Boardcast> nodes = new ArrayList<>();
  private final List<Vertx> members = new ArrayList<>();

  @TempDir Path dir;

  @AfterEach
  void close() {
    closeNodes();
    Api.await(vertx.close());
  }

  private void closeNodes() {
    nodes.forEach(node -> ClosedCluster.await(node.close()));
    nodes.clear();
    members.forEach(member -> ClosedCluster.await(member.close()));
    members.clear();
  }

  @Test
  void withTlsNothingCanBeRead() throws Exception {
    var ca = new TestCa(dir, "ca");
    try (var services = Services.dedicated(dir.resolve("data"))) {
      DatabaseConfig db = services.freshDatabase();
      services.encryptPostgres(ca.issue());
      var redis = URI.create(db.redisUri());
      var redisTls = RelayProxy.tls(vertx, ca.issue(), redis.getHost(), redis.getPort());
      var certificate = ca.issue();
      start(
          TestOptions.local(db)
              .clusterSecret(ClosedCluster.SECRET)
              .postgres(wired("postgres", db.postgresUri(), port(db.postgresUri())))
              .redis(wired("redis", db.redisUri(), redisTls.port()).replace("redis", "rediss"))
              .set("pg-sslmode", "verify-full")
              .set("pg-root-cert", ca.certificate().toString())
              .set("redis-root-cert", ca.certificate().toString())
              .set("tls-cert", certificate.cert().toString())
              .set("tls-key", certificate.key().toString()));
      use(true);
      // What passed was what the test looks for.
      Awaitility.await().until(() -> redisTls.saw("HSET") && redisTls.saw("total_decisions"));
      TEXTS.forEach(
          (wire, texts) -> {
            assertTrue(wires.get(wire).size() > 1000, wire);
            for (String text : texts) assertFalse(wires.get(wire).saw(text), wire + ": " + text);
          });
      closeNodes();
    }
  }

  @Test
  void withoutTlsEverythingCanBeRead() throws Exception {
    DatabaseConfig db = Services.get().freshDatabase();
    start(
        TestOptions.local(db)
            .postgres(wired("postgres", db.postgresUri(), port(db.postgresUri())))
            .redis(wired("redis", db.redisUri(), port(db.redisUri()))));
    use(false);
    Awaitility.await()
        .untilAsserted(
            () ->
                TEXTS.forEach(
                    (wire, texts) -> {
                      for (String text : texts) {
                        assertTrue(wires.get(wire).saw(text), wire + ": " + text);
                      }
                    }));
  }

  /** One node that does all, and one with clients alone, which others reach through a wire. */
  private void start(BoardcastOptions options) throws Exception {
    memberPorts.addAll(FreePorts.some(3));
    wires.put("bus", RelayProxy.recording(vertx, "127.0.0.1", memberPorts.get(2)));
    var relayed = new VertxOptions();
    relayed.getEventBusOptions().setClusterPublicPort(wires.get("bus").port());
    join(options, 0, new VertxOptions());
    join(options.roles(Role.API, Role.GATEWAY), 1, relayed);
  }

  private void join(BoardcastOptions common, int index, VertxOptions bus) {
    BoardcastOptions options =
        common
            .name(NAME)
            .set("cluster-port", Integer.toString(memberPorts.get(index)))
            .set("cluster-bus-port", Integer.toString(index == 1 ? memberPorts.get(2) : 0))
            .set(
                "cluster-members",
                "127.0.0.1:" + memberPorts.get(0) + ",127.0.0.1:" + memberPorts.get(1));
    Vertx member = ClosedCluster.await(ClusteredVertx.vertx(options, bus, Vertx.builder()));
    members.add(member);
    nodes.add(ClosedCluster.await(Boardcast.deploy(member, options, Boards.BUILT_IN)));
  }

  /** Writes at one node what has the marker, and receives it from the other. */
  private void use(boolean tls) {
    for (int i = 0; i < 2; i++) {
      RelayProxy wire = RelayProxy.recording(vertx, "localhost", nodes.get(i).httpPort());
      wires.put(i == 0 ? "writer" : "session", wire);
    }
    var options = new WebClientOptions();
    options.setSsl(tls).setTrustAll(true).setVerifyHost(false);
    var client = WebClient.create(vertx, options);
    String sockets = (tls ? "wss" : "ws") + "://localhost:" + wires.get("session").port();
    try (var session = WsClient.connect(vertx, sockets + "/ws?topics=news,routing")) {
      session.next("subscribed");
      session.next("subscribed");
      post(client, "/api/v1/streams/news/events", "{\"type\":\"note\",\"data\":{\"n\":\"%s\"}}");
      assertEquals(MARKER, session.next("note").at("/data/n").asText());
      post(client, "/api/v1/tasks", "{\"title\":\"%s\"}");
    }
  }

  private void post(WebClient client, String path, String json) {
    var answer =
        Api.await(
            client
                .post(wires.get("writer").port(), "localhost", path)
                .bearerTokenAuthentication(TOKEN)
                .putHeader("Content-Type", "application/json")
                .sendBuffer(Buffer.buffer(json.formatted(MARKER))));
    assertEquals(201, answer.statusCode(), answer.bodyAsString());
  }

  /** The address by way of a proxy that records. */
  private String wired(String wire, String uri, int target) {
    RelayProxy proxy = RelayProxy.recording(vertx, "127.0.0.1", target);
    wires.put(wire, proxy);
    var parts = URI.create(uri);
    return "%s://%s@localhost:%d%s"
        .formatted(parts.getScheme(), parts.getUserInfo(), proxy.port(), parts.getPath());
  }

  private static int port(String uri) {
    return URI.create(uri).getPort();
  }
}
