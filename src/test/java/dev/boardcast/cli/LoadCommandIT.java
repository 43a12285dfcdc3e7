package dev.boardcast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastConfig;
import dev.boardcast.Boards;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.testing.Program;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadCommandIT {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aRunThatIsBrokenOffTellsWhatCameSoFar() throws Exception {
    var config = BoardcastConfig.local(Services.get().freshDatabase(), AuthConfig.ofSecret(SECRET));
    var node = Boardcast.deploy(vertx, config, Boards.BUILT_IN).await(30, TimeUnit.SECONDS);
    try (var load =
        Program.start(
            Map.of(LoadCommand.SECRET, SECRET),
            "load",
            "--url",
            "ws://127.0.0.1:" + node.httpPort(),
            "--clients",
            "5",
            "--duration",
            "1h")) {
      Awaitility.await().atMost(PATIENCE).until(() -> load.errors().contains("5/5 clients"));

      load.signal("INT");

      assertEquals(130, load.exitCode(PATIENCE));
      String report = String.join("\n", load.moreLines());
      assertTrue(report.startsWith("ledger    laboratory: "), report);
      assertTrue(report.endsWith("verdict   kept"), report);
    }
    node.close().await(30, TimeUnit.SECONDS);
  }
}
