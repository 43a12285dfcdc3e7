package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EncodedBatch;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.security.BusAttacker.Outcome;
import dev.boardcast.spi.Shards;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An event for a user's private stream, made by somebody who knows everything about the log: the
 * next sequence, the epoch, the codec.
 */
@Timeout(120)
class ForgedEventIT {
  private static final String STREAM = "user.ann";
  private static final String ADDRESS = ClosedCluster.NAME + "." + Addresses.EVENTS.name();

  private final Vertx clients = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private ClosedCluster cluster;
  private Boardcast node;
  private WsClient ann;

  @BeforeEach
  void start() throws Exception {
    cluster = ClosedCluster.start(db, 1);
    node =
        ClosedCluster.await(
            Boardcast.deploy(cluster.vertx(0), cluster.options(0), Boards.BUILT_IN));
    ann =
        WsClient.connect(
            clients,
            "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=" + STREAM,
            Map.of("Authorization", "Bearer " + Person.of("ann").token()),
            List.of());
    ann.next("subscribed");
  }

  @AfterEach
  void stop() {
    ann.close();
    ClosedCluster.await(node.close());
    cluster.close();
    ClosedCluster.await(clients.close());
  }

  @Test
  void onlyANodeReachesAPrivateStream() throws Exception {
    int port = cluster.busPort(0);
    for (var attacker :
        List.of(
            BusAttacker.plain(clients, port),
            BusAttacker.withoutCertificate(clients, port),
            BusAttacker.withSecret(
                clients, port, "the secret of quite another cluster than this"))) {
      try (attacker) {
        assertEquals(Outcome.CLOSED, attacker.send(event("forged")));
      }
    }
    // The same from a node: what the test checks would arrive.
    try (var real = BusAttacker.withSecret(clients, port, ClosedCluster.SECRET)) {
      assertEquals(Outcome.ANSWERED, real.send(event("real")));
    }
    assertEquals("real", ann.next("task_created").path("data").path("by").asText());
  }

  private Buffer event(String by) throws SQLException {
    String[] shard =
        new Sql(db.postgresUri())
            .column("SELECT epoch || ' ' || head FROM event_shard WHERE shard = " + Shards.PEOPLE)
            .get(0)
            .split(" ");
    return BusAttacker.message(
        ADDRESS,
        ADDRESS + ".binary",
        EncodedBatch.of(
            Shards.PEOPLE,
            shard[0],
            Long.parseLong(shard[1]) + 1,
            STREAM,
            "task_created",
            "{\"by\":\"" + by + "\"}"));
  }
}
