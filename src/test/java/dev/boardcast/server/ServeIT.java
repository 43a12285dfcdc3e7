package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Interruptible;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as a process of its own. */
class ServeIT {
  private static final String STOPPED = "node stopped\nservers stopped";

  @TempDir private Path directory;
  private Process process;

  @AfterEach
  void kill() {
    if (process != null) process.destroyForcibly();
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void itSaysReadyOnceAndStopsInOrderWhenTold(String signal, int code) throws Exception {
    start("--cluster", "off");
    BufferedReader out = process.inputReader();
    String ready = out.readLine();
    assertTrue(ready.matches("Boardcast ready on http://127\\.0\\.0\\.1:\\d+"), ready);
    assertEquals("postgresql://embedded.example/test", get(ready.substring(19)));
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    assertEquals(code, exitCode());
    assertEquals(null, out.readLine(), "one line on standard output");
    assertEquals(STOPPED, errors());
  }

  @Test
  void itJoinsAClusterAndLeavesIt() throws Exception {
    start("--cluster-port", "0", "--pg", "postgresql://given.example/db");
    String ready = process.inputReader().readLine();
    assertEquals("postgresql://given.example/db", get(ready.substring(19)));
    process.toHandle().destroy();
    assertEquals(143, exitCode());
    assertEquals(STOPPED, errors());
  }

  @Test
  void aFailedStartIsOneLineAndStopsWhatWasUp() throws Exception {
    start("--cluster-port", "0", "--demo");
    assertEquals(1, exitCode());
    assertEquals("boardcast: cannot start: no demo here\nservers stopped", errors());
  }

  @ParameterizedTest
  @CsvSource({"http-port", "gateway-port"})
  void aTakenPortIsNamedByItsSetting(String setting) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      start("--cluster", "off", "--" + setting, Integer.toString(port));
      assertEquals(1, exitCode());
      assertEquals(
          "boardcast: cannot start: %s %d is already in use on 127.0.0.1".formatted(setting, port),
          errors());
    }
  }

  @Test
  void aTakenClusterPortOfAListedNodeIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      start("--cluster-port", port, "--cluster-members", "127.0.0.1:" + port);
      assertEquals(1, exitCode());
      assertEquals(
          "boardcast: cannot start: cluster-port " + port + " is already in use on 127.0.0.1",
          errors());
    }
  }

  private void start(String... flags) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.add(ServeProgram.class.getName());
    command.addAll(List.of("serve", "--data-dir", directory.resolve("data").toString()));
    for (String port : List.of("--http-port", "--gateway-port")) {
      if (!List.of(flags).contains(port)) command.addAll(List.of(port, "0"));
    }
    command.addAll(List.of(flags));
    process =
        new ProcessBuilder(Interruptible.command(command)).directory(directory.toFile()).start();
  }

  private int exitCode() throws InterruptedException {
    assertTrue(process.waitFor(90, TimeUnit.SECONDS), "it ends");
    return process.exitValue();
  }

  private String errors() {
    return process.errorReader().lines().collect(Collectors.joining("\n"));
  }

  private static String get(String url) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
