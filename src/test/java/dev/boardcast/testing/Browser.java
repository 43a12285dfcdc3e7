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
 * A headless Chromium, driven by its own protocol: the drivers on Maven Central bring 200 MB of
 * binaries, or ask the network for theirs. Calls block.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final Map<String, BiConsumer<String, JsonNode>> sessions = new ConcurrentHashMap<>();

  private Browser(Process process, Path profile, URI devTools) {
    this.process = process;
    this.profile = profile;
    socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(devTools, new Ear()).join();
  }

  /** Starts one; skips the test where there is none, unless {@code CI} is set: then it fails. */
  public static Browser start() throws IOException {
    Optional<Path> program = program();
    String wanted = "no Chromium: set CHROME_BIN, or install one on the path";
    if (program.isEmpty() && System.getenv("CI") != null) Assertions.fail(wanted);
    Assumptions.assumeTrue(program.isPresent(), wanted);
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
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Browser(process, profile, devTools(process.errorReader()));
  }

  /** A new page in a profile of its own, so that no other page shares its connection. */
  public Page page() {
    String context =
        call(null, "Target.createBrowserContext", Map.of()).get("browserContextId").asText();
    return page(context);
  }

  /** A new tab beside those of the same profile. */
  Page page(String context) {
    var wanted = Map.of("url", "about:blank", "browserContextId", context);
    String target = call(null, "Target.createTarget", wanted).get("targetId").asText();
    var attach = Map.of("targetId", target, "flatten", true);
    String session = call(null, "Target.attachToTarget", attach).get("sessionId").asText();
    return new Page(this, context, target, session);
  }

  /** What the browser answers to a command; fails with its words. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    int id = calls.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    waiting.put(id, answer);
    var command = new LinkedHashMap<String, Object>();
    command.put("id", id);
    command.put("method", method);
    command.put("params", parameters);
    if (session != null) command.put("sessionId", session);
    synchronized (socket) {
      socket.sendText(Json.encode(command), true).join();
    }
    JsonNode told = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    if (told.has("error")) throw new AssertionError(method + ": " + told.get("error"));
    return told.get("result");
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
    } catch (IOException | UncheckedIOException leftOver) {
      // In the machine's directory for such: it will be cleaned.
    }
  }

  private static Optional<Path> program() {
    String named = System.getenv("CHROME_BIN");
    if (named != null) return Optional.of(Path.of(named));
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static URI devTools(BufferedReader errors) throws IOException {
    String prefix = "DevTools listening on ";
    for (String line; (line = errors.readLine()) != null; ) {
      if (!line.startsWith(prefix)) continue;
      var drain = new Thread(() -> drain(errors), "errors of a browser");
      drain.setDaemon(true);
      drain.start();
      return URI.create(line.substring(prefix.length()).trim());
    }
    throw new IOException("the browser has ended before it listened");
  }

  private static void drain(BufferedReader errors) {
    try {
      errors.lines().forEach(ignored -> {});
    } catch (UncheckedIOException closed) {
      // With the browser.
    }
  }

  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        String whole = text.toString();
        text.setLength(0);
        take(whole);
      }
      from.request(1);
      return null;
    }

    private void take(String whole) {
      try {
        JsonNode told = Json.MAPPER.readTree(whole);
        if (told.has("id")) {
          waiting.remove(told.get("id").asInt()).complete(told);
        } else if (told.has("sessionId")) {
          var events = sessions.get(told.get("sessionId").asText());
          if (events != null) events.accept(told.get("method").asText(), told.get("params"));
        }
      } catch (IOException notJson) {
        throw new UncheckedIOException(notJson);
      }
    }
  }
}
