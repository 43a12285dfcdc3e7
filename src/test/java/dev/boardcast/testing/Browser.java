package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A headless Chromium, driven by the DevTools protocol: the drivers on Maven Central bring 200 MB
 * of binaries or download them. Calls block.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  /** Leads to this machine, as a name that is not local. */
  public static final String FOREIGN_HOST = "boardcast.test";

  private static final int TIMEOUT_SECONDS = 60;

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final Map<String, BiConsumer<String, JsonNode>> sessions = new ConcurrentHashMap<>();

  private Browser(Process process, Path profile, URI devTools) {
    this.process = process;
    this.profile = profile;
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(devTools, new Listener())
            .join();
  }

  /** Starts Chromium; without it the test is skipped, or fails if {@code CI} is set. */
  public static Browser start() throws IOException {
    Optional<Path> program = program();
    String missing = "no Chromium: set CHROME_BIN, or install one on the path";
    if (program.isEmpty() && System.getenv("CI") != null) Assertions.fail(missing);
    Assumptions.assumeTrue(program.isPresent(), missing);
    Path profile = Files.createTempDirectory("boardcast-browser");
    var process =
        new ProcessBuilder(
                program.get().toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                // A name that is not local: pages over plain HTTP are then in no secure context.
                "--host-resolver-rules=MAP " + FOREIGN_HOST + " 127.0.0.1",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Browser(process, profile, devTools(process.errorReader()));
  }

  /** A new page in its own profile, so that it shares connections with no other page. */
  public Page page() {
    String context =
        call(null, "Target.createBrowserContext", Map.of()).get("browserContextId").asText();
    return page(context);
  }

  /** A new tab of an existing profile. */
  Page page(String context) {
    var parameters = Map.of("url", "about:blank", "browserContextId", context);
    String target = call(null, "Target.createTarget", parameters).get("targetId").asText();
    var attach = Map.of("targetId", target, "flatten", true);
    String session = call(null, "Target.attachToTarget", attach).get("sessionId").asText();
    return new Page(this, context, target, session);
  }

  /** The result of a command; fails with the browser's error. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    int id = calls.incrementAndGet();
    var response = new CompletableFuture<JsonNode>();
    pending.put(id, response);
    var command = new LinkedHashMap<String, Object>();
    command.put("id", id);
    command.put("method", method);
    command.put("params", parameters);
    if (session != null) command.put("sessionId", session);
    synchronized (socket) {
      socket.sendText(Json.encode(command), true).join();
    }
    JsonNode message = response.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    if (message.has("error")) throw new AssertionError(method + ": " + message.get("error"));
    return message.get("result");
  }

  void listen(String session, BiConsumer<String, JsonNode> events) {
    sessions.put(session, events);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file :
          new ArrayList<>(files.toList()).stream().sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException undeletable) {
      // In the temporary directory, which the system cleans.
    }
  }

  private static Optional<Path> program() {
    String path = System.getenv("CHROME_BIN");
    if (path != null) return Optional.of(Path.of(path));
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static URI devTools(BufferedReader errors) throws IOException {
    String prefix = "DevTools listening on ";
    for (String line; (line = errors.readLine()) != null; ) {
      if (!line.startsWith(prefix)) continue;
      var drain = new Thread(() -> drain(errors), "browser-stderr");
      drain.setDaemon(true);
      drain.start();
      return URI.create(line.substring(prefix.length()).trim());
    }
    throw new IOException("the browser exited before it listened");
  }

  private static void drain(BufferedReader errors) {
    try {
      errors.lines().forEach(ignored -> {});
    } catch (UncheckedIOException closed) {
      // The browser has exited.
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        String whole = text.toString();
        text.setLength(0);
        handle(whole);
      }
      from.request(1);
      return null;
    }

    private void handle(String whole) {
      try {
        JsonNode message = Json.MAPPER.readTree(whole);
        if (message.has("id")) {
          pending.remove(message.get("id").asInt()).complete(message);
        } else if (message.has("sessionId")) {
          var events = sessions.get(message.get("sessionId").asText());
          if (events != null) events.accept(message.get("method").asText(), message.get("params"));
        }
      } catch (IOException notJson) {
        throw new UncheckedIOException(notJson);
      }
    }
  }
}
