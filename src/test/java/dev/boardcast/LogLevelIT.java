package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.boardcast.server.Main;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Sql;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Levels of loggers, which operators change for a time. Two nodes of one process share them. */
class LogLevelIT extends AccessCase {
  private static final String NAME = "dev.boardcast.events";

  @TempDir private Path directory;
  private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);

  @Test
  void aLevelIsChangedThroughTheBusAndIsAsBeforeAfterItsTime() throws Exception {
    Boardcast node = deploy();
    deploy();
    assertNull(logger.getLevel());
    assertEquals(0, command(node, ADMIN, NAME, "debug", "--for=1s"));
    Awaitility.await().until(() -> logger.getLevel() == Level.DEBUG);
    Awaitility.await().until(() -> logger.getLevel() == null);
    // The outcome of an act without a transaction follows its response.
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    List.of("root|log_level.changed|" + NAME + "=debug|done"),
                    new Sql(db.postgresUri())
                        .column(
                            "SELECT concat_ws('|', actor, action, target, outcome) FROM audit"
                                + " WHERE action = 'log_level.changed'")));
  }

  @Test
  void aLaterChangeReplacesTheFirstAndDefaultEndsIt() throws Exception {
    Boardcast node = deploy();
    assertEquals(0, command(node, ADMIN, NAME, "debug", "--for=1s"));
    assertEquals(0, command(node, ADMIN, NAME, "trace", "--for=1h"));
    Awaitility.await().until(() -> logger.getLevel() == Level.TRACE);
    // Longer than the first change.
    Awaitility.await()
        .during(Duration.ofMillis(1_500))
        .until(() -> logger.getLevel() == Level.TRACE);
    assertEquals(0, command(node, ADMIN, NAME, "default"));
    Awaitility.await().until(() -> logger.getLevel() == null);
  }

  @Test
  void onlyTheNamedNodeChangesIt() throws Exception {
    Boardcast node = deploy();
    String name = get(node, "/api/v1/admin/nodes", ADMIN).json().at("/nodes/0/name").asText();
    assertEquals(0, command(node, ADMIN, NAME, "debug", "--for=1s", "--node=" + name));
    Awaitility.await().until(() -> logger.getLevel() == Level.DEBUG);
    Awaitility.await().until(() -> logger.getLevel() == null);
    assertEquals(1, command(node, ADMIN, NAME, "debug", "--node=none"));
  }

  @Test
  void aNodeAnswersForItselfAlone() throws Exception {
    Boardcast node = deploy();
    deploy();
    List<String> names = new ArrayList<>();
    Awaitility.await()
        .until(
            () -> {
              names.clear();
              get(node, "/api/v1/admin/nodes", ADMIN)
                  .json()
                  .path("nodes")
                  .forEach(each -> names.add(each.path("name").asText()));
              return names.size() == 2;
            });
    List<Integer> codes = new ArrayList<>();
    for (String name : names) {
      String unused = "dev.boardcast.unused" + codes.size();
      codes.add(command(node, ADMIN, unused, "debug", "--for=1s", "--node=" + name));
    }
    // The other one tells its log what it cannot do.
    assertEquals(List.of(0, 1), codes.stream().sorted().toList());
  }

  @Test
  void whatIsNotAllowedChangesNothing() throws Exception {
    Boardcast node = deploy();
    assertEquals(1, command(node, Person.of("vera").with("viewer").token(), NAME, "debug"));
    assertEquals(1, command(node, ADMIN, "com.example", "debug"));
    assertEquals(1, command(node, ADMIN, "io.vertx", "trace"));
    assertEquals(1, command(node, ADMIN, NAME, "debug", "--for=1d"));
    assertEquals(1, command(node, ADMIN, "dev.boardcast.never.used", "debug"));
    assertNull(logger.getLevel());
  }

  private int command(Boardcast node, String token, String... arguments) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), token);
    var all = new ArrayList<>(List.of("log-level"));
    all.addAll(List.of(arguments));
    all.add("--url=http://127.0.0.1:" + node.httpPort());
    all.add("--token-file=" + file);
    var quiet = new PrintWriter(new StringWriter());
    return Main.commandLine(Clock.systemUTC())
        .setOut(quiet)
        .setErr(quiet)
        .execute(all.toArray(String[]::new));
  }
}
