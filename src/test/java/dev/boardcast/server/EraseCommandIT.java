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

class EraseCommandIT {
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aNodeErasesAUserAlsoAfterItsDeathAndTheCommandPrintsTheReceipt() throws Exception {
    var vertx = Vertx.vertx();
    sql.run(
        "INSERT INTO platform_activity (user_id, at)"
            + " SELECT CASE i % 2 WHEN 0 THEN 'ann' ELSE 'bob' END, now() FROM generate_series(1, 60000) i");
    // Left by a node that died meanwhile: half of the rows were changed.
    sql.run(
        "INSERT INTO erasure (id, user_id, pseudonym, salt, user_digest, dry_run, texts, requested_by)"
            + " VALUES (gen_random_uuid(), 'ann', 'erased-1', 's', 'd', false, true, 'ann')");
    sql.run(
        "UPDATE platform_activity SET user_id = 'erased-1' WHERE user_id = 'ann' AND id < 30000");
    try {
      var node =
          Boardcast.deploy(
                  vertx, TestOptions.local(db).set("metrics-heartbeat", "1s"), Boards.BUILT_IN)
              .await(30, TimeUnit.SECONDS);
      assertEquals(0, run("--user", "ann", "--dry-run"), err.toString());
      assertTrue(
          out.toString().matches("(?s)erasure [-0-9a-f]{36}: 0 rows name this user\\R"),
          out.toString());
      assertEquals(
          List.of("30000"),
          sql.column("SELECT count(*) FROM platform_activity WHERE user_id = 'erased-1'"));
      assertEquals(
          List.of("erased-1"),
          sql.column("SELECT requested_by FROM erasure WHERE NOT dry_run AND user_id IS NULL"));

      assertEquals(0, run("--user", "bob"), err.toString());
      assertTrue(
          out.toString().contains("platform_activity                        30000"),
          out.toString());
      assertEquals(
          List.of("2"), sql.column("SELECT count(DISTINCT user_id) FROM platform_activity"));
      assertEquals(
          List.of(), sql.column("SELECT target FROM audit WHERE strpos(audit::text, 'bob') > 0"));
      node.close().await(30, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(30, TimeUnit.SECONDS);
    }
    assertEquals(1, run("--user", "eve", "--wait", "1ms"));
    assertTrue(err.toString().contains("a node with the role metrics will do it"), err.toString());
  }

  private int run(String... words) throws IOException {
    var command = new String[words.length + 3];
    command[0] = "erase";
    command[1] = "--pg-file";
    command[2] = Files.writeString(directory.resolve("pg"), db.postgresUri()).toString();
    System.arraycopy(words, 0, command, 3, words.length);
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(command);
  }
}
