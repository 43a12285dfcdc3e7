package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.AlertReceiver;
import dev.boardcast.testing.AlertReceiver.Behavior;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node is killed between sending a message and recording that, on a cluster of separate JVMs. */
@Timeout(300)
class AlertProcessesIT {
  private static final String ALERTS = "/api/v1/alerts";
  private static final String ADMIN = Person.of("root").with("admin", "ingest").token();
  private static final Duration LONG = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void aMessageOfAKilledNodeIsSentAgainUnderItsIdAndCounted() throws Exception {
    DatabaseConfig db = Services.get().freshDatabase();
    Sql sql = new Sql(db.postgresUri());
    Vertx vertx = Vertx.vertx();
    try (var receiver = new AlertReceiver(vertx);
        var cluster =
            Cluster.start(
                db,
                2,
                "--alerts-private-targets",
                "127.0.0.1",
                "--alerts-send-timeout",
                "8s",
                "--alerts-claim-ttl",
                "10s")) {
      NodeProcess any = cluster.nodes().get(0);
      String hook = "{\"type\":\"webhook\",\"url\":\"" + receiver.url("/hook") + "\"}";
      send(any, "PUT", ALERTS + "/channels/hook", hook);
      send(
          any,
          "POST",
          ALERTS + "/rules",
          """
          {"name":"Costs","board":"routing","metric":"total_cost","condition":"above","bound":5,\
          "for_seconds":0,"channels":["hook"]}""");
      // The receiver takes the message, and the node never learns it.
      receiver.behave(Behavior.HANGS);
      send(any, "POST", "/routing/decisions", "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":9}");
      Awaitility.await().atMost(LONG).until(() -> receiver.all().size() == 1);
      String sender = sql.column("SELECT claimed_by FROM alert_delivery").get(0);
      cluster.named(sender).kill();
      receiver.behave(Behavior.ACCEPTS);
      Awaitility.await()
          .atMost(LONG)
          .until(() -> sql.column("SELECT state FROM alert_delivery").equals(List.of("sent")));
      List<String> keys =
          receiver.all().stream().map(AlertReceiver.Received::key).distinct().toList();
      assertEquals(sql.column("SELECT id FROM alert_transition"), keys);
      assertEquals(2, receiver.all().size());
      assertEquals(List.of("1"), sql.column("SELECT expired FROM alert_delivery"));
      assertEquals(List.of("firing"), sql.column("SELECT to_status FROM alert_transition"));
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  private void send(NodeProcess node, String method, String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.http().getPort() + path))
            .header("Authorization", "Bearer " + ADMIN)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(2, response.statusCode() / 100, response.body());
  }
}
