package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.DataDirProcesses;
import dev.boardcast.testing.Interruptible;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command serve in a process of its own: its output, exit code and order of stopping. */
class ServeIT {
  private static final Pattern STOPPED = Pattern.compile(" INFO .*NodeProcess +(.* stopped)");

  @TempDir private Path directory;
  private Path data;
  private Process process;

  @BeforeEach
  void shareBinaries() throws IOException {
    data = Files.createDirectories(directory.toRealPath().resolve("data"));
    Files.createDirectories(TestServers.BINARIES);
    Files.createSymbolicLink(data.resolve("binaries"), TestServers.BINARIES.toAbsolutePath());
  }

  @AfterEach
  void kill() throws IOException {
    if (process != null) process.destroyForcibly();
    DataDirProcesses.kill(data);
    Files.delete(data.resolve("binaries"));
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void printsOneReadyLineAndStopsInOrderOnASignal(String signal, int code) throws Exception {
    start("--cluster", "off");
    BufferedReader out = process.inputReader();
    String ready = out.readLine();
    assertTrue(ready.matches("Boardcast ready on http://127\\.0\\.0\\.1:\\d+"), ready);
    assertEquals(200, status(ready.substring(19) + "/health/ready"));
    // With a generated key on a loopback address, nothing needs a token to be seen.
    assertEquals(200, status(ready.substring(19) + "/api/v1/streams/news/events"));
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    assertEquals(code, exitCode());
    assertNull(out.readLine(), "one line on standard output");
    assertEquals(List.of("Node stopped", "Vert.x stopped", "Data servers stopped"), stopped());
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> DataDirProcesses.of(data).isEmpty());
  }

  @Test
  void joinsAndLeavesAClusterAndStartsNoServerWhereAddressesAreGiven() throws Exception {
    var database = Services.get().freshDatabase();
    start("--cluster-port", "0", "--pg", database.postgresUri(), "--redis", database.redisUri());
    String ready = process.inputReader().readLine();
    assertEquals(200, status(ready.substring(19) + "/health/ready"));
    process.toHandle().destroy();
    assertEquals(143, exitCode());
    assertEquals(List.of("Node stopped", "Vert.x stopped", "Data servers stopped"), stopped());
    assertFalse(Files.exists(data.resolve("postgres")));
  }

  @Test
  void aFailedStartPrintsOneLineAndStopsWhatWasStarted() throws Exception {
    // A data directory of another version: Redis and the cluster start, PostgreSQL does not.
    Files.createDirectories(data.resolve("postgres"));
    Files.writeString(data.resolve("postgres/PG_VERSION"), "9.6\n");
    Files.writeString(
        data.resolve("servers.properties"), "postgres.port=0\nredis.port=0\npassword=x\n");
    start("--cluster-port", "0");
    assertEquals(1, exitCode());
    List<String> lines = errors().stream().filter(line -> !line.matches("[\\d:.]{12} .*")).toList();
    assertEquals(1, lines.size(), lines::toString);
    String line = lines.get(0);
    assertTrue(line.startsWith("boardcast: cannot start: PostgreSQL did not start"), line);
    assertEquals(List.of("Vert.x stopped"), stopped());
    assertEquals(List.of(), DataDirProcesses.of(data));
  }

  @Test
  void aDemoWithoutASecretIsRefused() throws Exception {
    start("--cluster", "off", "--demo", "--jwt-jwks-url", "http://127.0.0.1:1/keys");
    assertEquals(1, exitCode());
    List<String> lines = errors();
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("boardcast: cannot start: demo needs")),
        lines::toString);
    assertEquals(List.of("Vert.x stopped", "Data servers stopped"), stopped());
  }

  @ParameterizedTest
  @CsvSource({"http-port", "gateway-port"})
  void aPortInUseIsReportedByTheNameOfItsSetting(String setting) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      start("--cluster", "off", "--" + setting, Integer.toString(port));
      assertEquals(1, exitCode());
      assertEquals(
          List.of(
              "boardcast: cannot start: %s %d is already in use on 127.0.0.1"
                  .formatted(setting, port)),
          errors());
    }
  }

  @Test
  void aClusterPortInUseIsReportedWhereMembersAreListed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      start("--cluster-port", port, "--cluster-members", "127.0.0.1:" + port);
      assertEquals(1, exitCode());
      assertEquals(
          List.of(
              "boardcast: cannot start: cluster-port " + port + " is already in use on 127.0.0.1"),
          errors());
    }
  }

  private void start(String... flags) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(NodeProcess.SHORT_LIVED);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "serve", "--data-dir", data.toString()));
    for (String port : List.of("--http-port", "--gateway-port")) {
      if (!List.of(flags).contains(port)) command.addAll(List.of(port, "0"));
    }
    command.addAll(List.of(flags));
    process =
        new ProcessBuilder(Interruptible.command(command))
            .directory(directory.toFile())
            .redirectError(directory.resolve("errors").toFile())
            .start();
  }

  private int exitCode() throws InterruptedException {
    assertTrue(process.waitFor(90, TimeUnit.SECONDS), "the process ends");
    return process.exitValue();
  }

  /** The lines of standard error. */
  private List<String> errors() throws IOException {
    return Files.readAllLines(directory.resolve("errors"));
  }

  /** What the log says was stopped, in order. */
  private List<String> stopped() throws IOException {
    return errors().stream()
        .flatMap(line -> STOPPED.matcher(line).results())
        .map(match -> match.group(1))
        .toList();
  }

  private static int status(String url) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
  }
}
