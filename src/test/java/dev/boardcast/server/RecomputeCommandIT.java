package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecomputeCommandIT {
  private final DatabaseConfig db = Services.get().freshDatabase();
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theNodeThatComputesABoardRecomputesItAndTheCommandPrintsTheResult() throws Exception {
    var vertx = Vertx.vertx();
    var config = TestOptions.local(db);
    try {
      var node = Boardcast.deploy(vertx, config, Boards.BUILT_IN).await(30, TimeUnit.SECONDS);
      assertEquals(0, run("--board", "routing"), err.toString());
      assertEquals(
          List.of(
              "(command) " + System.getProperty("user.name") + " board.recomputed routing done"),
          new Sql(db.postgresUri())
              .column("SELECT concat_ws(' ', actor, action, target, outcome) FROM audit"));
      assertTrue(
          out.toString().matches("routing recomputed in \\d+\\.\\d s, 0 rows were wrong\\R"),
          out.toString());
      node.close().await(30, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(30, TimeUnit.SECONDS);
    }
    assertEquals(1, run("--board", "routing", "--wait", "1ms"));
    assertEquals(
        "boardcast: board routing is not recomputed yet; a node that computes it will do so"
            + System.lineSeparator(),
        err.toString());
  }

  @Test
  void anUnknownBoardIsNamed() throws Exception {
    assertEquals(2, run("--board", "chess"));
    assertEquals(
        "boardcast: board was \"chess\" (flag --board), expected a board that some node has computed"
            + System.lineSeparator(),
        err.toString());
  }

  @Test
  void aFailingQueryIsReported() throws Exception {
    new Sql(db.postgresUri()).run("ALTER TABLE board_recompute RENAME TO other");
    assertEquals(1, run("--board", "routing"));
    assertTrue(err.toString().startsWith("boardcast: the database cannot be queried: "));
  }

  private int run(String... words) throws IOException {
    var command = new String[words.length + 3];
    command[0] = "recompute";
    command[1] = "--pg-file";
    command[2] = Files.writeString(directory.resolve("pg"), db.postgresUri()).toString();
    System.arraycopy(words, 0, command, 3, words.length);
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(command);
  }
}
