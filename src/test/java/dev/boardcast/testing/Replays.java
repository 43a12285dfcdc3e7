package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.lab.replay.Replay;
import dev.boardcast.lab.replay.ReplayOptions;
import dev.boardcast.lab.replay.ReplayReport;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Replays recorded facts, in this process or by the command line. */
public final class Replays {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private Replays() {}

  public static ReplayReport inProcess(
      Vertx vertx, URI node, String board, Path facts, String token) throws Exception {
    var options = new ReplayOptions(node, board, Optional.of(token), Optional.empty(), TIMEOUT);
    try (InputStream lines = Files.newInputStream(facts)) {
      return new Replay(vertx, options, bytes -> {}).run(lines);
    }
  }

  public static Command byCommand(URI node, String board, String token, Path... facts)
      throws Exception {
    var arguments = new ArrayList<>(List.of("replay", "--url", node.toString()));
    arguments.addAll(List.of("--board", board, "--token", token));
    for (Path file : facts) arguments.add(file.toString());
    return Command.run(TIMEOUT, arguments.toArray(String[]::new));
  }

  /** No line was a duplicate. */
  public static void assertAllNew(long lines, ReplayReport report) {
    assertEquals("accepted " + lines + ", duplicate 0, rejected 0", report.toString());
    assertTrue(report.isComplete(), () -> report.reasons().toString());
  }

  public static void assertReported(long accepted, long duplicate, Command replay) {
    assertEquals(0, replay.exitCode(), replay::toString);
    String format = "accepted %d, duplicate %d, rejected 0 of %d lines in ";
    String expected = format.formatted(accepted, duplicate, accepted + duplicate);
    assertTrue(replay.output().startsWith(expected), replay::toString);
  }
}
