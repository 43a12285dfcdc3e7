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
    assertTrue(
        out.toString()
            .endsWith(
                file
                    + " is valid\nplatform_view_fact: does not exist yet; a node makes it, with"
                    + " indexes on tx and at\n"),
        out.toString());
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

  @Test
  void itMakesTypesWithoutADatabase() throws Exception {
    assertEquals(0, run("new", "platform_view"), err.toString());
    String file = Files.writeString(directory.resolve("views.yaml"), out.toString()).toString();
    out.getBuffer().setLength(0);
    assertEquals(0, types(file), err.toString());
    assertTrue(out.toString().contains("export interface PlatformView {"), out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, types(file, "--lang", "java", "--package", "com.example"), err.toString());
    assertTrue(out.toString().startsWith("package com.example;\n"), out.toString());
    assertEquals(2, types(file, "--lang", "rust"));
    assertTrue(err.toString().contains("expected ts or java"), err.toString());
    assertEquals(2, types(file, "--package", "a-b"));
    assertTrue(err.toString().contains("expected a package such as"), err.toString());
    assertEquals(2, types(file + "x"));
  }

  private int types(String file, String... options) {
    var command = new ArrayList<>(List.of("board", "types", file));
    command.addAll(List.of(options));
    return execute(command);
  }

  private int execute(List<String> command) {
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(command.toArray(String[]::new));
  }

  private int run(String... words) throws Exception {
    var command = new ArrayList<>(List.of("board", words[0], "--pg-file"));
    command.add(Files.writeString(directory.resolve("pg"), db.postgresUri()).toString());
    command.add(words[1]);
    return execute(command);
  }
}
