package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Services;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardCommandIT {
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;

  @Test
  void itDraftsChecksAndPreviewsFiles() throws Exception {
    assertEquals(0, run("new", "platform_view"), err.toString());
    Path file = Files.writeString(directory.resolve("views.yaml"), out.toString());
    assertEquals(0, run("check", file.toString()), err.toString());
    assertTrue(out.toString().endsWith(file + " is valid\n"), out.toString());
    assertEquals(0, run("preview", file.toString()), err.toString());
    assertTrue(out.toString().endsWith("\"by_user_id\":{},\"by_session\":{}}\n"), out.toString());
  }

  @Test
  void whatIsWrongIsNamedInOneLine() throws Exception {
    assertEquals(2, run("new", "nothing"));
    assertEquals("boardcast: there is no table nothing", err.toString().strip());
    Path file = Files.writeString(directory.resolve("a.yaml"), "version: 2\nnamed: a\n");
    assertEquals(2, run("check", file.toString()));
    assertTrue(
        err.toString().contains("boardcast: " + file + ":2: unknown key \"named\""),
        err.toString());
  }

  private int run(String... words) throws Exception {
    var command = new ArrayList<>(List.of("board", words[0], "--pg-file"));
    command.add(Files.writeString(directory.resolve("pg"), db.postgresUri()).toString());
    command.add(words[1]);
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(command.toArray(String[]::new));
  }
}
