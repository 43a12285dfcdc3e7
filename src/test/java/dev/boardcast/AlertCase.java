package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.AlertReceiver;
import dev.boardcast.testing.Sql;
import org.junit.jupiter.api.AfterEach;

/** Nodes that may send webhooks to a receiver of the test. */
abstract class AlertCase extends AccessCase {
  static final String ALERTS = "/api/v1/alerts";

  final AlertReceiver receiver = new AlertReceiver(vertx);
  final Sql sql = new Sql(db.postgresUri());

  @Override
  BoardcastOptions options() {
    return super.options().set("alerts-private-targets", "127.0.0.1");
  }

  @AfterEach
  void closeReceiver() throws Exception {
    receiver.close();
  }

  /** Creates a channel of webhooks to an address. */
  void channel(Boardcast node, String id, String url) throws Exception {
    String body = "{\"type\":\"webhook\",\"url\":\"%s\"}".formatted(url);
    Answer put = send(node, "PUT", ALERTS + "/channels/" + id, ADMIN, body);
    assertEquals(200, put.status(), put.json()::toString);
  }
}
