package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TaskSubscribers;
import dev.boardcast.testing.TaskWriter;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Task events on a cluster of separate JVMs: each client receives the events of its own tasks.
 * {@link dev.boardcast.lab.faults.FaultMatrixIT} covers nodes that die.
 */
class DeliveryIT {
  private static final int CLIENTS_PER_NODE = 20;
  private static final int MINUTES = 4;
  private static final List<Person> PEOPLE =
      List.of(
          Person.of("ada", "red"),
          Person.of("bob", "red"),
          Person.of("cyd", "red", "blue"),
          Person.of("dan", "blue"),
          Person.of("eve"),
          Person.of("fay"));

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  private Vertx vertx;
  private Cluster cluster;
  private TaskSubscribers audience;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    cluster = Cluster.start(db, 3);
    audience = new TaskSubscribers(vertx);
  }

  @AfterEach
  void stop() throws Exception {
    audience.close();
    cluster.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void eventsOfOneNodeReachTheEntitledClientsOfAllNodesOnceAndInOrder() throws Exception {
    for (NodeProcess node : cluster.nodes()) seat(cluster.gateway(node));

    try (var writer = new TaskWriter(List.of(cluster.node(0).http()), PEOPLE)) {
      writer.write(1000).get(MINUTES, TimeUnit.MINUTES);
    }

    assertEquals(3 * CLIENTS_PER_NODE, audience.size());
    assertEquals(List.of("1000"), sql.column("SELECT count(*) FROM task"));
    audience.assertEachReceivedExactlyItsOwn(sql);
  }

  @Test
  void oneHttpPortIsEnoughForWebSocketsToo() throws Exception {
    for (NodeProcess node : cluster.nodes()) {
      URI http = node.http();
      audience.join(URI.create("ws://" + http.getAuthority()), PEOPLE.get(0), true);
    }
    try (var writer = new TaskWriter(List.of(cluster.node(1).http()), PEOPLE)) {
      writer.write(12).get(MINUTES, TimeUnit.MINUTES);
    }
    audience.assertEachReceivedExactlyItsOwn(sql);
  }

  private void seat(URI gateway) {
    for (int i = 0; i < CLIENTS_PER_NODE; i++) {
      audience.join(gateway, PEOPLE.get(i % PEOPLE.size()), i % 2 == 0);
    }
  }
}
