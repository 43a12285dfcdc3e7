package dev.boardcast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Compares JSON with CBOR (RFC 8949), each plain and compressed, on the messages that {@link
 * DeltaBench} has written: bytes, and the time to encode and decode one in Java, Node and Chromium,
 * in the quickest of the rounds, in Java and Node CPU time.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.FormBench"
 * }</pre>
 *
 * Installs {@code cbor-x}, a decoder in JavaScript, below {@code target/forms}. Needs npm, Node and
 * Chromium.
 */
public final class FormBench {
  private static final Path MESSAGES = Path.of("target", "messages");
  private static final Path OWN = Path.of("target", "forms");
  private static final Path SCRIPT = Path.of("src", "bench", "forms.js");
  private static final String DECODER = "cbor-x@1.6.9";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(80);
  // As doubles, which decoders in JavaScript have, in four bytes where that is exact.
  private static final ObjectMapper JSON = new JsonMapper();
  private static final ObjectMapper CBOR =
      CBORMapper.builder()
          .enable(CBORGenerator.Feature.WRITE_MINIMAL_INTS)
          .enable(CBORGenerator.Feature.WRITE_MINIMAL_DOUBLES)
          .build();

  private FormBench() {}

  /** A step that may fail. */
  private interface Step {
    Object run(int message) throws IOException;
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println(Bench.machine());
    String decoder = install();
    var sizes = new ArrayList<String>();
    var times = new ArrayList<String>();
    try (var browser = Browser.start();
        Stream<Path> files = Files.list(MESSAGES)) {
      var page = browser.page();
      page.eval(decoder + ";" + Files.readString(SCRIPT) + ";0");
      for (Path file : files.sorted().toList()) {
        List<byte[]> json = new ArrayList<>();
        List<byte[]> cbor = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
          json.add(line.getBytes(StandardCharsets.UTF_8));
          cbor.add(CBOR.writeValueAsBytes(JSON.readTree(line)));
        }
        String name = file.getFileName().toString().replace(".ndjson", "").replace('-', ' ');
        sizes.add(sizes(name, json, cbor));
        times.add(times(name, json, cbor, page));
      }
    }
    System.out.println("| messages | JSON, bytes | CBOR | JSON compressed | CBOR compressed |");
    System.out.println("|---|---|---|---|---|");
    sizes.forEach(System.out::println);
    System.out.println(
        "\n| µs per message | Java writes JSON, CBOR | Java makes CBOR of JSON text"
            + " | Java compresses JSON | Java reads JSON, CBOR | Node reads | Chromium reads |");
    System.out.println("|---|---|---|---|---|---|---|");
    times.forEach(System.out::println);
    System.exit(0);
  }

  private static String sizes(String name, List<byte[]> json, List<byte[]> cbor) {
    double plain = json.stream().mapToInt(each -> each.length).average().orElseThrow();
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.1f %% | %.1f %% | %.1f %% |",
        name,
        plain,
        100 * cbor.stream().mapToInt(each -> each.length).average().orElseThrow() / plain,
        100 * json.stream().mapToInt(MessageBytes::compressed).average().orElseThrow() / plain,
        100 * cbor.stream().mapToInt(MessageBytes::compressed).average().orElseThrow() / plain);
  }

  private static String times(String name, List<byte[]> json, List<byte[]> cbor, Page page)
      throws Exception {
    var trees = new ArrayList<JsonNode>();
    for (byte[] each : json) trees.add(JSON.readTree(each));
    int count = trees.size();
    String node = inNode(json, cbor);
    String chromium =
        readings(page.eval("decodingTimes(" + forms(json, cbor) + ", CBOR)").toString());
    return String.format(
        Locale.ROOT,
        "| %s | %.1f, %.1f | %.1f | %.1f | %.1f, %.1f | %s | %s |",
        name,
        micros(count, at -> JSON.writeValueAsBytes(trees.get(at))),
        micros(count, at -> CBOR.writeValueAsBytes(trees.get(at))),
        micros(count, at -> CBOR.writeValueAsBytes(JSON.readTree(json.get(at)))),
        micros(count, at -> MessageBytes.compressed(json.get(at))),
        micros(count, at -> JSON.readTree(json.get(at))),
        micros(count, at -> CBOR.readTree(cbor.get(at))),
        node,
        chromium);
  }

  private static double micros(int messages, Step step) throws IOException {
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long done = 0;
      long start = THREADS.getCurrentThreadCpuTime();
      long used = 0;
      for (; used < ROUND_NANOS; used = THREADS.getCurrentThreadCpuTime() - start) {
        for (int at = 0; at < messages; at++) {
          if (step.run(at) != null) done++;
        }
      }
      least = Math.min(least, used / 1000.0 / done);
    }
    return least;
  }

  private static String forms(List<byte[]> json, List<byte[]> cbor) {
    return Json.encode(
        Map.of(
            "json", json.stream().map(each -> new String(each, StandardCharsets.UTF_8)).toList(),
            "cbor", cbor.stream().map(Base64.getEncoder()::encodeToString).toList()));
  }

  private static String inNode(List<byte[]> json, List<byte[]> cbor) throws Exception {
    Path messages = Files.writeString(OWN.resolve("messages.json"), forms(json, cbor));
    Path script = OWN.resolve("run.cjs");
    Files.writeString(
        script,
        "const CBOR = require('cbor-x');\n"
            + Files.readString(SCRIPT)
            + "console.log(JSON.stringify(decodingTimes(require('./"
            + messages.getFileName()
            + "'), CBOR)));\n");
    return readings(output("node", script.getFileName().toString()));
  }

  private static String readings(String times) throws IOException {
    JsonNode read = JSON.readTree(times);
    return String.format(
        Locale.ROOT, "%.1f, %.1f", read.get("json").asDouble(), read.get("cbor").asDouble());
  }

  /** Installs the decoder; returns its script for browsers. */
  private static String install() throws Exception {
    Files.createDirectories(OWN);
    Path script = OWN.resolve("node_modules/cbor-x/dist/index.min.js");
    if (!Files.exists(script)) {
      output("npm", "install", "--no-save", "--no-package-lock", "--ignore-scripts", DECODER);
    }
    return Files.readString(script);
  }

  private static String output(String... command) throws Exception {
    var process =
        new ProcessBuilder(command).directory(OWN.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + ": " + said);
    return said;
  }
}
