package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Revocation over nodes in separate processes. */
class ClusterRevocationIT extends ProcessesCase {
  // The machine of a test has other work; RevocationBench measures.
  private static final Duration WITHIN = Duration.ofSeconds(3);
  private static final String ADMIN = Person.of("root").with("admin").token();
  private static final String ANN = Person.of("ann").token();
  private static final String BOB = Person.of("bob").token();
  private static final String BODY = "{\"user\":\"ann\",\"reason\":\"left the company\"}";

  @Test
  void sessionsOfAllNodesEndInTime() throws Exception {
    try (Cluster cluster = Cluster.start(Services.get().freshDatabase(), 2)) {
      annIsShownOut(cluster);
    }
  }

  @Test
  void sessionsOfAllNodesEndInTimeThoughTheBusMessageIsLost() throws Exception {
    String lost = Addresses.REVOCATIONS.name();
    try (Cluster cluster = Cluster.startWithout(lost, Services.get().freshDatabase(), 2)) {
      annIsShownOut(cluster);
      NodeProcess later = cluster.add();
      assertEquals(401, cluster.get(later, "/api/v1/tasks", ANN).statusCode());
      assertEquals(4401, connect(later, "agents", ANN).closeCode());
      assertEquals(200, cluster.get(later, "/api/v1/tasks", BOB).statusCode());
    }
  }

  private void annIsShownOut(Cluster cluster) throws Exception {
    List<WsClient> ofAnn = new ArrayList<>();
    List<WsClient> ofBob = new ArrayList<>();
    for (NodeProcess node : cluster.nodes()) {
      for (int i = 0; i < 5; i++) ofAnn.add(connect(node, "agents", ANN));
      ofBob.add(connect(node, "agents", BOB));
    }
    ofAnn.forEach(client -> client.next("connection_ack"));
    ofBob.forEach(client -> client.next("connection_ack"));
    long start = System.nanoTime();
    assertEquals(
        201, cluster.post(cluster.node(0), "/api/v1/admin/revocations", ADMIN, BODY).statusCode());
    ofAnn.forEach(client -> assertEquals(4401, client.closeCode()));
    assertTrue(System.nanoTime() - start < WITHIN.toNanos(), "in time");
    ofBob.forEach(client -> assertFalse(client.isClosed()));
    for (NodeProcess node : cluster.nodes()) {
      var refused = cluster.get(node, "/api/v1/tasks", ANN);
      assertEquals(401, refused.statusCode());
      assertTrue(refused.body().contains("\"reason\":\"revoked\""), refused.body());
    }
  }
}
