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
import org.awaitility.core.ConditionTimeoutException;

/** One browser tab, with its errors and network traffic. Calls block. */
public final class Page {
  private static final Map<String, Integer> KEYS = Map.of("Tab", 9, "Enter", 13, "Escape", 27);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Browser browser;
  private final String context;
  private final String target;
  private final String session;
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong sockets = new AtomicLong();
  private final List<String> sentFrames = Collections.synchronizedList(new ArrayList<>());

  Page(Browser browser, String context, String target, String session) {
    this.browser = browser;
    this.context = context;
    this.target = target;
    this.session = session;
    browser.listen(session, this::onEvent);
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "Performance")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Opens another tab of the same profile. */
  public Page newTab() {
    return browser.page(context);
  }

  public void close() {
    call("Page.close", Map.of());
  }

  /** Starts to navigate; does not wait. */
  public void navigate(URI url) {
    call("Page.navigate", Map.of("url", url.toString()));
  }

  /** Stores a token before the page loads, as an earlier visit would. */
  public void signIn(Person person) {
    beforeEachDocument(
        "localStorage.setItem('boardcast', JSON.stringify({token: '" + person.token() + "'}))");
  }

  /** Runs a script in each document before the document's own. */
  public void beforeEachDocument(String script) {
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Sets the color scheme and the size of the viewport. */
  public void setDisplay(String scheme, int width, int height) {
    var feature = Map.of("name", "prefers-color-scheme", "value", scheme);
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    var size = Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false);
    // Scrollbars would take a part of the width, and show in screenshots.
    call("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    call("Emulation.setDeviceMetricsOverride", size);
  }

  /**
   * Emulates a medium and features of it.
   *
   * @param type {@code screen} or {@code print}
   */
  public void setMedia(String type, Map<String, String> features) {
    var all = new ArrayList<Map<String, String>>();
    features.forEach((name, value) -> all.add(Map.of("name", name, "value", value)));
    call("Emulation.setEmulatedMedia", Map.of("media", type, "features", all));
  }

  /** Cuts the page off the network; connections that are open stay. */
  public void setOffline(boolean isOffline) {
    var conditions =
        Map.of(
            "offline", isOffline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1);
    call("Network.emulateNetworkConditions", conditions);
  }

  /** Presses and releases Tab, Enter or Escape. */
  public void pressKey(String key) {
    var pressed = new HashMap<String, Object>(Map.of("type", "keyDown", "key", key, "code", key));
    pressed.put("windowsVirtualKeyCode", KEYS.get(key));
    if (key.equals("Enter")) pressed.put("text", "\r");
    call("Input.dispatchKeyEvent", pressed);
    pressed.remove("text");
    pressed.put("type", "keyUp");
    call("Input.dispatchKeyEvent", pressed);
  }

  /** Presses the mouse at one place of the viewport and releases it at another one. */
  public void drag(double fromX, double fromY, double toX, double toY) {
    mouse("mousePressed", fromX, fromY);
    mouse("mouseMoved", (fromX + toX) / 2, (fromY + toY) / 2);
    mouse("mouseMoved", toX, toY);
    mouse("mouseReleased", toX, toY);
  }

  private void mouse(String type, double x, double y) {
    call(
        "Input.dispatchMouseEvent",
        Map.of("type", type, "x", x, "y", y, "button", "left", "buttons", 1, "clickCount", 1));
  }

  /** The value of an expression or its promise; fails when it throws. */
  public JsonNode eval(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    JsonNode value = result.at("/result/value");
    return value.isMissingNode() ? NullNode.getInstance() : value;
  }

  /** Waits until an expression is true; the page may still be loading. */
  public void await(String expression) {
    await(expression, TIMEOUT);
  }

  public void await(String expression, Duration atMost) {
    try {
      Awaitility.await(expression)
          .atMost(atMost)
          .pollInterval(Duration.ofMillis(50))
          .ignoreExceptions()
          .until(() -> eval("Boolean(" + expression + ")").asBoolean());
    } catch (ConditionTimeoutException late) {
      String shown = eval("`${location.href}\n${document.body?.innerText}`").asText();
      throw new AssertionError(
          "not true within %s: %s%nerrors: %s%nthe page, %s"
              .formatted(
                  atMost, expression, errors, shown.substring(0, Math.min(shown.length(), 4000))),
          late);
    }
  }

  /** Console errors, exceptions, and failed requests. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** Bytes of responses received so far, as transferred. */
  public long bytes() {
    return bytes.get();
  }

  /** How many WebSockets this tab has opened. */
  public long sockets() {
    return sockets.get();
  }

  /** The frames that this tab has sent on its WebSockets. */
  public List<String> sentFrames() {
    return List.copyOf(sentFrames);
  }

  /** The browser's performance counters of this tab, by name. */
  public Map<String, Double> counters() {
    var found = new HashMap<String, Double>();
    for (JsonNode each : call("Performance.getMetrics", Map.of()).get("metrics")) {
      found.put(each.get("name").asText(), each.get("value").asDouble());
    }
    return found;
  }

  /** Bytes on the JavaScript heap after a garbage collection. */
  public long heap() {
    call("HeapProfiler.collectGarbage", Map.of());
    return call("Runtime.getHeapUsage", Map.of()).get("usedSize").asLong();
  }

  /** Disables the page's Content Security Policy. */
  public void bypassCsp() {
    call("Page.setBypassCSP", Map.of("enabled", true));
  }

  /** Stops all tasks of this tab, as browsers do with tabs in the background; it must be hidden. */
  public void freeze() {
    call("Page.setWebLifecycleState", Map.of("state", "frozen"));
  }

  /** Lets a frozen tab continue. */
  public void thaw() {
    call("Page.setWebLifecycleState", Map.of("state", "active"));
  }

  /** Shows this tab, which hides the others of its window. */
  public void bringToFront() {
    call("Page.bringToFront", Map.of());
  }

  /** A screenshot of the whole page as WebP. */
  public byte[] screenshot() {
    JsonNode size = call("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
    var clip =
        Map.of(
            "x", 0,
            "y", 0,
            "width", size.get("width").asInt(),
            "height", size.get("height").asInt(),
            "scale", 1);
    JsonNode result =
        call(
            "Page.captureScreenshot",
            Map.of("format", "webp", "quality", 72, "captureBeyondViewport", true, "clip", clip));
    return Base64.getDecoder().decode(result.get("data").asText());
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return browser.call(session, method, parameters);
  }

  private void onEvent(String event, JsonNode result) {
    switch (event) {
      case "Runtime.exceptionThrown" -> errors.add("exception " + result.at("/exceptionDetails"));
      case "Runtime.consoleAPICalled" -> {
        if (result.get("type").asText().equals("error"))
          errors.add("console " + result.get("args"));
      }
      case "Log.entryAdded" -> {
        JsonNode entry = result.get("entry");
        if (entry.get("level").asText().equals("error")) errors.add("log " + entry);
      }
      case "Network.loadingFailed" -> {
        if (!result.path("canceled").asBoolean()) errors.add("request " + result);
      }
      case "Network.loadingFinished" -> bytes.addAndGet(result.get("encodedDataLength").asLong());
      case "Network.webSocketCreated" -> sockets.incrementAndGet();
      case "Network.webSocketFrameSent" ->
          sentFrames.add(result.at("/response/payloadData").asText());
      default -> {
        // No error.
      }
    }
  }

  @Override
  public String toString() {
    return "page " + target;
  }
}
