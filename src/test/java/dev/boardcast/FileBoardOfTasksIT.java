package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.BoardModule;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boards of files may depend on the hints of the tasks board. */
class FileBoardOfTasksIT {
  private static final String BOARD =
      """
      name: open_tasks
      title: Open tasks
      refresh: 1s
      triggers: {hints: [tasks], clock: 24h}
      numbers: SELECT count(*) AS open FROM task WHERE status = 'pending'
      metrics:
        open: {label: Open, unit: count, kind: gauge}
      """;

  @TempDir private Path directory;

  @Test
  void itIsComputedWhenTasksHaveChanged() throws Exception {
    Files.writeString(directory.resolve("open_tasks.yaml"), BOARD);
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    var config = TestOptions.local(Services.get().freshDatabase());
    Vertx vertx = Vertx.vertx();
    try {
      Boardcast node = Api.await(Boardcast.deploy(vertx, config, boards));
      String socket = "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=open_tasks";
      try (var client = WsClient.connect(vertx, socket)) {
        client.takeUntil(frame -> frame.at("/data/open").asInt(-1) == 0);
        assertEquals(201, create(vertx, node));
        client.takeUntil(frame -> frame.at("/data/open").asInt(-1) == 1);
      }
      Api.await(node.close());
    } finally {
      Api.await(vertx.close());
    }
  }

  private static int create(Vertx vertx, Boardcast node) {
    var answer =
        WebClient.create(vertx)
            .post(node.httpPort(), "127.0.0.1", "/api/v1/tasks")
            .bearerTokenAuthentication(Person.of("ada").token())
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer("{\"title\":\"open\"}"));
    return Api.await(answer).statusCode();
  }
}
