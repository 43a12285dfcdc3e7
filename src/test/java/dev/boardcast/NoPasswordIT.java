package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Neither errors nor the log at its finest level tell a password that servers refuse. */
@Timeout(120)
class NoPasswordIT {
  private static final String PASSWORD = "hunter2";

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  // The finest level of all libraries is not for the console of the tests.
  private final Appender<ILoggingEvent> console = root.getAppender("console");

  @BeforeEach
  void listen() {
    root.detachAppender(console);
    log.start();
    root.addAppender(log);
    root.setLevel(Level.DEBUG);
  }

  @AfterEach
  void stop() throws Exception {
    root.setLevel(before);
    root.detachAppender(log);
    root.addAppender(console);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://boardcast:hunter2@%s%s",
        "postgresql://boardcast:hunter2%%40x@%s%s",
        "postgresql://%s%s?user=boardcast&password=hunter2",
        "postgresql://nobody:hunter2@%s%s"
      })
  void aPasswordThatPostgresRefusesIsNotTold(String form) {
    URI server = URI.create(db.postgresUri());
    String address = form.formatted(server.getHost() + ":" + server.getPort(), server.getPath());
    var options = BoardcastOptions.local(address, db.redisUri(), Cluster.SECRET);
    var failure =
        assertThrows(
            Exception.class,
            () -> Boardcast.deploy(vertx, options, List.of()).await(60, TimeUnit.SECONDS));
    var told = new StringWriter();
    failure.printStackTrace(new PrintWriter(told));
    assertFalse(told.toString().contains(PASSWORD), told::toString);
    assertNothingLogged();
  }

  @Test
  void aPasswordInTheQueryThatPostgresAcceptsIsNotTold() throws Exception {
    URI server = URI.create(db.postgresUri());
    String[] login = server.getUserInfo().split(":", 2);
    String address =
        "postgresql://%s:%d%s?user=%s&password=%s"
            .formatted(server.getHost(), server.getPort(), server.getPath(), login[0], login[1]);
    var options = BoardcastOptions.local(address, db.redisUri(), Cluster.SECRET);
    Boardcast node = Boardcast.deploy(vertx, options, List.of()).await(60, TimeUnit.SECONDS);
    node.close().await(30, TimeUnit.SECONDS);
    for (String line : lines()) {
      assertFalse(line.contains("password=" + login[1]), line);
      // Some servers of tests have the same word for user and password.
      if (!login[1].equals(login[0])) assertFalse(line.contains(login[1]), line);
    }
  }

  @Test
  void aPasswordThatRedisRefusesIsNotTold() throws Exception {
    URI server = URI.create(db.redisUri());
    String address = "redis://joe:hunter2@" + server.getHost() + ":" + server.getPort();
    var options =
        BoardcastOptions.local(db.postgresUri(), address, Cluster.SECRET)
            .set("default-visibility", "public");
    Boardcast node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
    Awaitility.await()
        .until(() -> lines().stream().anyMatch(line -> line.contains("Redis is away")));
    node.close().await(30, TimeUnit.SECONDS);
    assertNothingLogged();
  }

  private void assertNothingLogged() {
    for (String line : lines()) assertFalse(line.contains(PASSWORD), line);
  }

  private List<String> lines() {
    List<ILoggingEvent> events;
    synchronized (log) {
      events = List.copyOf(log.list);
    }
    return events.stream()
        .map(
            event ->
                event.getLoggerName()
                    + " "
                    + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
        .toList();
  }
}
