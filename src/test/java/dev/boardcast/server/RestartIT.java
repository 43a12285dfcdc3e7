package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import java.io.BufferedReader;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The program, in this JVM, whose Hazelcast member is shut down. */
@Timeout(180)
class RestartIT {
  private static final String NAME = "it-restart";

  @TempDir private Path directory;

  @Test
  void theProgramStartsTheNodeAgainUntilItSucceedsAndEndsWhenItIsDrained() throws Exception {
    var db = Services.get().freshDatabase();
    int port = FreePorts.one();
    var written = new PipedWriter();
    var lines = new BufferedReader(new PipedReader(written, 1 << 16));
    var program =
        Main.commandLine(Clock.systemUTC())
            .setOut(new PrintWriter(written, true))
            .setErr(new PrintWriter(System.err, true));
    var ended =
        CompletableFuture.supplyAsync(
            () ->
                program.execute(
                    "serve",
                    "--http-port=" + port,
                    "--gateway-port=0",
                    "--pg=" + db.postgresUri(),
                    "--redis=" + db.redisUri(),
                    "--cluster-name=" + NAME,
                    "--cluster-port=0",
                    "--cluster-secret=the secret of a cluster of one node",
                    "--jwt-secret=" + Cluster.SECRET,
                    "--data-dir=" + directory));
    String ready = "Boardcast ready on http://127.0.0.1:" + port;
    assertEquals(ready, lines.readLine());
    try (var warnings = new Warnings()) {
      member().shutdown();
      try (ServerSocket other = takeOver(port)) {
        Awaitility.await()
            .atMost(90, TimeUnit.SECONDS)
            .untilAsserted(() -> assertTrue(warnings.count() >= 2, other::toString));
      }
    }
    assertEquals(ready, lines.readLine(), "the start when the port was free again");
    assertTrue(member().getLifecycleService().isRunning());
    drain(port);
    assertEquals(0, ended.get(60, TimeUnit.SECONDS));
  }

  /** Another process takes the port while the node is down. */
  private static ServerSocket takeOver(int port) {
    var taken = new AtomicReference<ServerSocket>();
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .ignoreExceptionsInstanceOf(BindException.class)
        .until(
            () -> {
              taken.set(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
              return true;
            });
    return taken.get();
  }

  /** The starts that the program has reported as failed. */
  private static final class Warnings implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(NodeRun.class);
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            messages.add(event.getFormattedMessage());
          }
        };

    Warnings() {
      appender.start();
      logger.addAppender(appender);
    }

    long count() {
      return messages.stream().filter(each -> each.contains("could not be started again")).count();
    }

    @Override
    public void close() {
      logger.detachAppender(appender);
    }
  }

  private static HazelcastInstance member() {
    return Hazelcast.getAllHazelcastInstances().stream()
        .filter(each -> each.getConfig().getClusterName().startsWith(NAME))
        .findFirst()
        .orElseThrow();
  }

  private static void drain(int port) throws Exception {
    String admin = Person.of("root").with("admin").token();
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/admin/drain"))
            .header("Authorization", "Bearer " + admin)
            .POST(BodyPublishers.noBody())
            .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertEquals(202, response.statusCode(), response::body);
  }
}
