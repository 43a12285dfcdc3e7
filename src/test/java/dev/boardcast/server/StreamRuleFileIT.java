package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules in the configuration file are followed by a running node. */
@Timeout(120)
class StreamRuleFileIT {
  @TempDir private Path directory;

  @Test
  void aChangedFileReachesOpenSessionsAndABrokenOneChangesNothing() throws Exception {
    Path file = directory.resolve("boardcast.json");
    write("{\"stream-rules\": [{\"streams\": \"doc.*\", \"subscribe\": \"public\"}]}");
    Vertx vertx = Vertx.vertx();
    try (var cluster =
        Cluster.start(Services.get().freshDatabase(), 1, "--config", file.toString())) {
      var node = cluster.node(0);
      String uri = node.http().toString().replace("http", "ws") + "/ws?topics=";
      WsClient follower = WsClient.connect(vertx, uri + "doc.7");
      follower.next("subscribed");

      write("{\"stream-rules\": [{\"streams\": \"doc.*\", \"subscribe\": \"all\"}]}");
      Awaitility.await()
          .atMost(WsClient.TIMEOUT)
          .until(() -> node.output().contains("the rules before stay in force"));
      WsClient second = WsClient.connect(vertx, uri + "doc.8");
      second.next("subscribed");

      write("{\"stream-rules\": [{\"streams\": \"doc.*\", \"subscribe\": \"authenticated\"}]}");
      assertEquals("not_authenticated", follower.next("error").path("code").asText());
      assertEquals("doc.8", second.next("error").path("topic").asText());
      follower.close();
      second.close();
    } finally {
      vertx.close();
    }
  }

  /** As an editor and a config map do: readers never see half of it. */
  private void write(String text) throws Exception {
    Path next = Files.writeString(directory.resolve("next"), text);
    Files.move(next, directory.resolve("boardcast.json"), StandardCopyOption.ATOMIC_MOVE);
  }
}
