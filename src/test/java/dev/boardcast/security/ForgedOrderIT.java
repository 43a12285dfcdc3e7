package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.LeaveRequest;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.bus.security.ClusterSecret;
import dev.boardcast.bus.security.MessageSigner;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orders and beacons by somebody who is on the bus and does not know the secret. */
@Timeout(120)
class ForgedOrderIT {
  private static final String NAME = "it-forged";
  private static final String SECRET = "the secret of the cluster under attack of 32+ bytes";
  private static final String OTHER = "the secret of quite another cluster of 32+ bytes";

  private final Vertx vertx = Vertx.vertx();
  private final WebClient http = WebClient.create(vertx);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Boardcast node;

  @BeforeEach
  void start() {
    var db = Services.get().freshDatabase();
    node =
        ClosedCluster.await(
            Boardcast.builder(
                    vertx,
                    BoardcastOptions.local(
                            db.postgresUri(), db.redisUri(), dev.boardcast.testing.Cluster.SECRET)
                        .name(NAME)
                        .set("cluster-secret", SECRET))
                .boards(Boards.BUILT_IN)
                .meterRegistry(meters)
                .start());
  }

  @AfterEach
  void stop() {
    ClosedCluster.await(node.close());
    ClosedCluster.await(vertx.close());
  }

  @Test
  void ordersOfStrangersAreDroppedAndThoseOfNodesObeyed() {
    var order = new LeaveRequest(node.info().name());
    new TypedBus(vertx, NAME).publish(Addresses.LEAVE_REQUESTS, order);
    bus(OTHER).publish(Addresses.LEAVE_REQUESTS, order);
    awaitRejected("signature", 2);
    assertFalse(node.closed().isComplete());
    bus(SECRET).publish(Addresses.LEAVE_REQUESTS, order);
    ClosedCluster.await(node.closed());
  }

  @Test
  void anOrderIsObeyedOnce() {
    var beacon = beacon("node-recorded");
    var recorded = new java.util.concurrent.LinkedBlockingQueue<Object>();
    String address = NAME + "." + Addresses.NODE_BEACONS.name();
    vertx.eventBus().consumer(address, message -> recorded.add(message.body()));
    bus(SECRET).publish(Addresses.NODE_BEACONS, beacon);
    Awaitility.await().until(() -> nodes().contains("node-recorded"));
    var again = new DeliveryOptions().setCodecName(address + ".signed");
    for (Object message : List.copyOf(recorded)) vertx.eventBus().publish(address, message, again);
    awaitRejected("replayed", 1);
  }

  @Test
  void beaconsOfStrangersAreNotShown() {
    new TypedBus(vertx, NAME).publish(Addresses.NODE_BEACONS, beacon("node-forged"));
    bus(OTHER).publish(Addresses.NODE_BEACONS, beacon("node-forged"));
    bus(SECRET).publish(Addresses.NODE_BEACONS, beacon("node-real"));
    awaitRejected("signature", 2);
    Awaitility.await().until(() -> nodes().contains("node-real"));
    assertFalse(nodes().contains("node-forged"));
  }

  @Test
  void anotherKindOfMessageAtTheAddressOfAnOrderIsDropped() {
    vertx.eventBus().publish(NAME + "." + Addresses.LEAVE_REQUESTS.name(), "leave");
    vertx.eventBus().publish(NAME + "." + Addresses.LEAVE_REQUESTS.name(), Buffer.buffer("leave"));
    awaitRejected("address", 2);
    assertTrue(nodes().contains(node.info().name()));
  }

  @Test
  void noNodeConnectsToTheAddressInABeaconWhateverAnAdminAsks() throws Exception {
    try (var trap = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      bus(SECRET)
          .publish(
              Addresses.NODE_BEACONS,
              new NodeBeacon(
                  "node-trap",
                  "1",
                  List.of("gateway", "api"),
                  "127.0.0.1",
                  trap.getLocalPort(),
                  trap.getLocalPort(),
                  NodeBeacon.UP,
                  Instant.now()));
      Awaitility.await().until(() -> nodes().contains("node-trap"));
      ask(HttpMethod.GET, "/api/v1/admin/sessions");
      ask(HttpMethod.POST, "/api/v1/admin/nodes/node-trap/drain");
      ask(HttpMethod.GET, "/ws?topics=routing");
      ask(HttpMethod.GET, "/api/v1/no-such-path");
      trap.setSoTimeout(1_000);
      assertThrows(SocketTimeoutException.class, trap::accept);
    }
  }

  private void ask(HttpMethod method, String path) {
    ClosedCluster.await(
        http.request(method, node.httpPort(), "127.0.0.1", path)
            .putHeader("Authorization", "Bearer " + Person.of("root").with("admin").token())
            .timeout(5_000)
            .send());
  }

  private TypedBus bus(String secret) {
    return new TypedBus(vertx, NAME, MessageSigner.of(new ClusterSecret(List.of(secret))));
  }

  private static NodeBeacon beacon(String name) {
    return new NodeBeacon(
        name, "1", List.of("gateway"), "203.0.113.1", 80, 81, NodeBeacon.UP, Instant.now());
  }

  private String nodes() {
    var response =
        ClosedCluster.await(
            http.get(node.httpPort(), "127.0.0.1", "/api/v1/admin/nodes")
                .putHeader("Authorization", "Bearer " + Person.of("root").with("admin").token())
                .send());
    assertEquals(200, response.statusCode());
    return response.bodyAsString();
  }

  private void awaitRejected(String reason, int atLeast) {
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () ->
                meters
                        .get("boardcast.bus.messages.rejected")
                        .tag("reason", reason)
                        .functionCounter()
                        .count()
                    >= atLeast);
  }
}
