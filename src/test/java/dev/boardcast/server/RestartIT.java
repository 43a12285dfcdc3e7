package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program, in this JVM, whose Hazelcast member is shut down. */
@Timeout(180)
class RestartIT {
  private static final String NAME = "it-restart";

  @TempDir private Path directory;

  @Test
  void theProgramStartsTheNodeAgainAndEndsWhenItIsDrained() throws Exception {
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
    member().shutdown();
    assertEquals(ready, lines.readLine(), "the second start");
    assertTrue(member().getLifecycleService().isRunning());
    drain(port);
    assertEquals(0, ended.get(60, TimeUnit.SECONDS));
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
