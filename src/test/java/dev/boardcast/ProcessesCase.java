package dev.boardcast;

import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Clients of nodes in separate processes; they end with the test. */
@Timeout(180)
abstract class ProcessesCase {
  private final Vertx vertx = Vertx.vertx();
  private final List<WsClient> clients = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    clients.forEach(WsClient::close);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /**
   * @param topics in the query, separated by commas
   */
  final WsClient connect(NodeProcess node, String topics, String token) {
    WsClient client =
        WsClient.connect(
            vertx,
            "ws://127.0.0.1:" + node.http().getPort() + "/ws?topics=" + topics,
            Map.of("Authorization", "Bearer " + token),
            List.of());
    clients.add(client);
    return client;
  }
}
