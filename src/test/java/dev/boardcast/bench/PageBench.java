package dev.boardcast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a page in Chromium: the time to its first figures, its size, and its CPU time and memory
 * at 60 updates a second.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.PageBench 7 20"
 * }</pre>
 *
 * Arguments: how often the page is opened with an empty cache (7), seconds of updates (20).
 */
public final class PageBench {
  private static final int RATE = 60;
  private static final int MANY = 10_000;
  private static final int MANY_RATE = 500;
  private static final String FIRST =
      """
      const poll = () => document.querySelector('metric-tile .value')?.textContent.match(/\\d/)
        ? requestAnimationFrame(() => (window.paintedAt = performance.now()))
        : requestAnimationFrame(poll);
      poll();""";
  private static final String FRAMES =
      """
      window.frames_ = [];
      let last = performance.now();
      const count = (now) => { frames_.push(now - last); last = now; requestAnimationFrame(count); };
      requestAnimationFrame(count);""";
  private static final String ROW = "%-58s %12s %10s%n";

  private final Browser browser;
  private final URI address;

  private PageBench(Browser browser, URI node) {
    this.browser = browser;
    address = node.resolve("/#/platform");
  }

  public static void main(String[] arguments) throws Exception {
    int times = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-page");
    var vertx = Vertx.vertx();
    try (DedicatedServices servers = Services.durable(dir);
        var cluster = Cluster.start(servers.freshDatabase(), 1);
        var browser = Browser.start()) {
      var node = cluster.node(0);
      JsonNode board =
          Json.MAPPER.readTree(cluster.get(node, "/api/v1/boards/platform", null).body());
      var bench = new PageBench(browser, node.http());
      System.out.printf(ROW, "", "measured", "at most");
      bench.opening(times);
      bench.running(new PageStream(vertx, board.get("data")), seconds);
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.out.println(Bench.machine());
    System.exit(0);
  }

  private void opening(int times) {
    List<Double> painted = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      Page page = browser.page();
      page.beforeEachDocument(FIRST);
      page.navigate(address);
      page.await("window.paintedAt");
      painted.add(page.eval("paintedAt").asDouble());
      page.await("document.querySelector('metric-chart canvas')");
      bytes.add((double) page.bytes());
      page.close();
    }
    row("first snapshot painted, empty cache, median", Bench.median(painted), "ms", "1000");
    row("size of the page and its snapshot, compressed", Bench.median(bytes) / 1000, "kB", "150");
  }

  private void running(PageStream stream, int seconds) throws InterruptedException {
    Page page = browser.page();
    page.bypassCsp();
    page.beforeEachDocument(stream.script());
    page.navigate(address);
    page.await("document.querySelectorAll('metric-chart canvas').length >= 4");
    stream.send(5 * RATE, RATE);

    page.eval(FRAMES);
    var before = page.counters();
    stream.send(seconds * RATE, RATE);
    var after = page.counters();
    double elapsed = after.get("Timestamp") - before.get("Timestamp");
    for (String each : List.of("TaskDuration", "ScriptDuration", "ProcessTime")) {
      if (!after.containsKey(each)) continue;
      double share = 100 * (after.get(each) - before.get(each)) / elapsed;
      row(RATE + " updates/s: " + each, share, "% of a core", "25");
    }
    List<Double> frames = new ArrayList<>();
    page.eval("frames_").forEach(each -> frames.add(each.asDouble()));
    frames.sort(null);
    double busy = 1000 * (after.get("TaskDuration") - before.get("TaskDuration"));
    row("a frame's work, mean", busy / frames.size(), "ms", "16.7");
    row("frames/s", frames.size() / elapsed, "", "");
    row("between frames, median", Bench.median(frames), "ms", "16.7");
    row("between frames, p99", frames.get(frames.size() * 99 / 100), "ms", "");
    memory(page, stream);
  }

  private static void memory(Page page, PageStream stream) throws InterruptedException {
    stream.send(2000, MANY_RATE);
    double settled = page.heap() / 1e6;
    row("heap after 2 000 more, collected", settled, "MB", "");
    stream.send(MANY, MANY_RATE);
    row("heap after 10 000 more", page.heap() / 1e6, "MB", "");
    Page other = page.newTab();
    other.bringToFront();
    page.await("document.hidden");
    page.eval("frames_.length = 0");
    stream.send(MANY, MANY_RATE);
    row("heap after 10 000 more, hidden", page.heap() / 1e6, "MB", "");
    row("frames drawn meanwhile", page.eval("frames_.length").asDouble(), "", "0");
    page.bringToFront();
    page.await("!document.hidden");
    stream.send(RATE, RATE);
    row("heap when seen again", page.heap() / 1e6, "MB", "");
  }

  private static void row(String what, double measured, String unit, String most) {
    System.out.printf(ROW, what, "%.1f %s".formatted(measured, unit), most);
  }
}
