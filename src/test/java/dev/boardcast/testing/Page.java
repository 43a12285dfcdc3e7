package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** One tab, and everything that went wrong in it. Calls block. */
public final class Page {
  private static final Map<String, Integer> KEYS = Map.of("Tab", 9, "Enter", 13, "Escape", 27);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Browser browser;
  private final String context;
  private final String target;
  private final String session;
  private final List<String> wrongs = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong sockets = new AtomicLong();
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  Page(Browser browser, String context, String target, String session) {
    this.browser = browser;
    this.context = context;
    this.target = target;
    this.session = session;
    browser.listen(session, this::heard);
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "Performance")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Another tab of the same profile. */
  public Page another() {
    return browser.page(context);
  }

  public void close() {
    call("Page.close", Map.of());
  }

  /** Goes there, and waits for nothing. */
  public void go(URI url) {
    call("Page.navigate", Map.of("url", url.toString()));
  }

  /** Signs in before the page is there, as if by an earlier visit. */
  public void signIn(Person who) {
    before("localStorage.setItem('boardcast', JSON.stringify({token: '" + who.token() + "'}))");
  }

  /** Runs a script in each document before its own. */
  public void before(String script) {
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  public void look(String scheme, int width, int height) {
    var feature = Map.of("name", "prefers-color-scheme", "value", scheme);
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    var size = Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false);
    // They would take a part of the width, and show in pictures.
    call("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    call("Emulation.setDeviceMetricsOverride", size);
  }

  /** Presses Tab, Enter or Escape, and lets it go. */
  public void key(String key) {
    var pressed = new HashMap<String, Object>(Map.of("type", "keyDown", "key", key, "code", key));
    pressed.put("windowsVirtualKeyCode", KEYS.get(key));
    if (key.equals("Enter")) pressed.put("text", "\r");
    call("Input.dispatchKeyEvent", pressed);
    pressed.remove("text");
    pressed.put("type", "keyUp");
    call("Input.dispatchKeyEvent", pressed);
  }

  /** The value of an expression, promises awaited; fails with what it throws. */
  public JsonNode eval(String expression) {
    JsonNode told =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (told.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + told.get("exceptionDetails"));
    }
    JsonNode value = told.at("/result/value");
    return value.isMissingNode() ? NullNode.getInstance() : value;
  }

  /** Waits until an expression is true; the page may be on its way. */
  public void await(String expression) {
    Awaitility.await(expression)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> eval("Boolean(" + expression + ")").asBoolean());
  }

  /** Errors in the console, exceptions, requests that failed or were refused. */
  public List<String> wrongs() {
    return List.copyOf(wrongs);
  }

  /** What came over the network for requests so far, as it was sent. */
  public long bytes() {
    return bytes.get();
  }

  /** How many WebSockets this tab has opened. */
  public long sockets() {
    return sockets.get();
  }

  /** The frames that this tab has sent on its WebSockets. */
  public List<String> said() {
    return List.copyOf(said);
  }

  /** What the browser counts of this tab, by name: seconds, bytes, numbers. */
  public Map<String, Double> counters() {
    var found = new HashMap<String, Double>();
    for (JsonNode each : call("Performance.getMetrics", Map.of()).get("metrics")) {
      found.put(each.get("name").asText(), each.get("value").asDouble());
    }
    return found;
  }

  /** What lives on the heap of its scripts after everything else was collected, in bytes. */
  public long heap() {
    call("HeapProfiler.collectGarbage", Map.of());
    return call("Runtime.getHeapUsage", Map.of()).get("usedSize").asLong();
  }

  /** Lets scripts connect to wherever they like, whatever the page's policy says. */
  public void anywhere() {
    call("Page.setBypassCSP", Map.of("enabled", true));
  }

  /** Puts this tab before the others of its window, which are hidden by that. */
  public void front() {
    call("Page.bringToFront", Map.of());
  }

  /** A picture of the whole page, WebP. */
  public byte[] picture() {
    JsonNode size = call("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
    var clip =
        Map.of(
            "x", 0,
            "y", 0,
            "width", size.get("width").asInt(),
            "height", size.get("height").asInt(),
            "scale", 1);
    JsonNode told =
        call(
            "Page.captureScreenshot",
            Map.of("format", "webp", "quality", 72, "captureBeyondViewport", true, "clip", clip));
    return Base64.getDecoder().decode(told.get("data").asText());
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return browser.call(session, method, parameters);
  }

  private void heard(String event, JsonNode told) {
    switch (event) {
      case "Runtime.exceptionThrown" -> wrongs.add("exception " + told.at("/exceptionDetails"));
      case "Runtime.consoleAPICalled" -> {
        if (told.get("type").asText().equals("error")) wrongs.add("console " + told.get("args"));
      }
      case "Log.entryAdded" -> {
        JsonNode entry = told.get("entry");
        if (entry.get("level").asText().equals("error")) wrongs.add("log " + entry);
      }
      case "Network.loadingFailed" -> {
        if (!told.path("canceled").asBoolean()) wrongs.add("request " + told);
      }
      case "Network.loadingFinished" -> bytes.addAndGet(told.get("encodedDataLength").asLong());
      case "Network.webSocketCreated" -> sockets.incrementAndGet();
      case "Network.webSocketFrameSent" -> said.add(told.at("/response/payloadData").asText());
      default -> {
        // Nothing that could be wrong.
      }
    }
  }

  @Override
  public String toString() {
    return "page " + target;
  }
}
