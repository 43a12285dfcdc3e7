package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.Json;
import dev.boardcast.testing.DataDirProcesses;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Program;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program with its embedded servers, started by its command line. */
@Timeout(240)
class StartIT {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final Duration END = Duration.ofSeconds(60);

  @TempDir private Path data;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Program> programs = new ArrayList<>();
  private final String clusterName = "start-" + System.nanoTime();
  private String clusterPort;

  @BeforeEach
  void choosePort() throws IOException {
    clusterPort = Integer.toString(FreePorts.one());
  }

  @AfterEach
  void stop() throws Exception {
    programs.forEach(Program::close);
    DataDirProcesses.kill(data);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void nodesOfOneDataDirShareServersAndClusterAndTheLastLeavesNothingBehind() throws Exception {
    int port = FreePorts.one();
    Program first = serve("--http-port", Integer.toString(port));
    URI one = ready(first, "first ever");
    assertEquals(URI.create("http://127.0.0.1:" + port), one);
    Program second = serve();
    URI two = ready(second, "second node");
    String token = token("--user", "u1", "--team", "t1", "--role", "ingest", "--ttl", "1h");

    try (var client =
        WsClient.connect(vertx, "ws://" + two.getAuthority() + "/api/ws?token=" + token)) {
      client.next("connection_ack");
      assertEquals(createTask(one, token), createdAt(client));

      first.signal("INT");
      assertEquals(130, first.exitCode(END));
      assertEquals(createTask(two, token), createdAt(client));
      assertEquals(200, get(two, "/health/ready", token).statusCode());

      second.signal("TERM");
      assertEquals(1001, client.closeCode());
      assertEquals(143, second.exitCode(END));
    }
    Awaitility.await().atMost(END).until(() -> DataDirProcesses.of(data).isEmpty());
    assertEquals(List.of(), first.remainingLines());
    assertEquals(List.of(), second.remainingLines());
  }

  @Test
  void afterKillTheNextStartTakesOverAndNothingAcknowledgedIsLost() throws Exception {
    Program first = serve();
    URI one = ready(first, "first ever");
    String token = token("--user", "u1");
    var acknowledged = new ConcurrentLinkedQueue<String>();
    var writing = CompletableFuture.runAsync(() -> createUntilItEnds(one, token, acknowledged));
    Awaitility.await().atMost(LONG).until(() -> acknowledged.size() > 100);
    first.signal("KILL");
    writing.get(1, TimeUnit.MINUTES);
    List<String> servers = servers();

    URI two = ready(serve(), "take-over of servers that run");
    assertEquals(servers, servers());
    assertAllThere(two, token, acknowledged);

    Awaitility.await()
        .atMost(END)
        .until(
            () -> {
              // Again and again: a server may have started another process in the meantime.
              DataDirProcesses.kill(data);
              return DataDirProcesses.of(data).isEmpty();
            });
    assertAllThere(ready(serve(), "after kill -9 of the servers too"), token, acknowledged);
  }

  @Test
  void aTakenPortEndsTheStartAndIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      Program program = serve("--http-port", Integer.toString(port));
      assertEquals(1, program.exitCode(LONG));
      assertEquals(
          "boardcast: cannot start: http-port " + port + " is already in use on 127.0.0.1",
          program.errors().strip());
    }
  }

  @Test
  void whatIsNotASettingEndsTheStartWithItsNameAndWhatWasExpected() throws Exception {
    Path file = Files.writeString(data.resolve("own.json"), "{\"htp-port\": 1}");
    String known = ", expected one of the known settings; did you mean ";
    refused(
        Map.of(),
        List.of("--htp-port", "1"),
        "--htp-port was \"1\" (flag)" + known + "--http-port?");
    refused(
        Map.of("BOARDCAST_HTP_PORT", "1"),
        List.of(),
        "BOARDCAST_HTP_PORT was \"1\" (environment)" + known + "BOARDCAST_HTTP_PORT?");
    refused(
        Map.of(),
        List.of("--config", file.toString()),
        "htp-port was \"1\" (file " + file + ")" + known + "http-port?");
    refused(
        Map.of("BOARDCAST_HTTP_PORT", "many"),
        List.of(),
        "http-port was \"many\" (environment BOARDCAST_HTTP_PORT), expected a port, 0 to 65535");
    assertEquals(List.of(file), filesOf(data));
  }

  private void refused(Map<String, String> environment, List<String> flags, String message)
      throws Exception {
    try (var program = Program.start(environment, flags.toArray(String[]::new))) {
      assertEquals(2, program.exitCode(LONG));
      assertEquals("boardcast: " + message, program.errors().strip());
      assertEquals(List.of(), program.remainingLines());
    }
  }

  /** A node on free ports, unless the arguments set others. */
  private Program serve(String... more) throws IOException {
    var flags = new ArrayList<>(List.of("serve", "--data-dir", data.toString()));
    flags.addAll(List.of("--cluster-name", clusterName, "--cluster-port", clusterPort));
    flags.addAll(List.of("--gateway-port", "0"));
    flags.addAll(more.length > 0 ? List.of(more) : List.of("--http-port", "0"));
    Program program = Program.start(flags.toArray(String[]::new));
    programs.add(program);
    return program;
  }

  private static URI ready(Program program, String which) throws Exception {
    long startNanos = System.nanoTime();
    URI address = program.awaitReady(LONG);
    long millis = (System.nanoTime() - startNanos) / 1_000_000;
    System.out.printf("Start to ready, %s: %d ms%n", which, millis);
    return address;
  }

  private String token(String... flags) throws Exception {
    var all = new ArrayList<>(List.of("token", "--data-dir", data.toString()));
    all.addAll(List.of(flags));
    try (var program = Program.start(all.toArray(String[]::new))) {
      assertEquals(0, program.exitCode(LONG));
      return program.line(END);
    }
  }

  private String createTask(URI node, String token) throws Exception {
    var request =
        request(node, "/api/v1/tasks", token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"kept\"}"))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(201, answer.statusCode(), answer.body());
    return Json.MAPPER.readTree(answer.body()).get("id").asText();
  }

  private void createUntilItEnds(URI node, String token, Collection<String> acknowledged) {
    try {
      while (true) acknowledged.add(createTask(node, token));
    } catch (IOException killed) {
      // The last write got no response: it may or may not have been stored.
    } catch (Exception refused) {
      throw new AssertionError(refused);
    }
  }

  private void assertAllThere(URI node, String token, Collection<String> ids) throws Exception {
    for (String id : ids) assertEquals(200, get(node, "/api/v1/tasks/" + id, token).statusCode());
  }

  private HttpResponse<String> get(URI node, String path, String token) throws Exception {
    return http.send(request(node, path, token).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(URI node, String path, String token) {
    return HttpRequest.newBuilder(node.resolve(path)).header("Authorization", "Bearer " + token);
  }

  private static String createdAt(WsClient client) {
    return client.next("task_created").at("/data/task_id").asText();
  }

  /** The process ids of PostgreSQL and Redis. */
  private List<String> servers() throws IOException {
    return List.of(
        Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(0),
        Files.readAllLines(data.resolve("redis/redis.pid")).get(0));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
