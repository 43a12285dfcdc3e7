package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.boardcast.boards.yaml.BoardFileTool;
import java.io.File;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Types that are made of a board file fit what a node serves for that file. */
class BoardTypesIT extends PartsCase {
  private static final String TYPED =
      """
      version: 2
      name: sales
      title: Sales & "returns" */ <b> \\u000a @x
      facts:
        site: {type: text, required: false}
        shop: {type: integer, required: false}
        amount: decimal
        at: time
      time: at
      dimensions: [site]
      parameters: [site, shop]
      metrics:
        orders: {count: all, label: 'Orders */ of @all {x}', direction: down, thresholds: {busy: 2, too_busy: 4}}
        revenue.today: {sum: amount, window: today, label: Today, decimals: 2}
        revenue.all_time: {sum: amount, label: Ever, direction: down, thresholds: {high: 1000000}}
        long_name.class: {avg: amount, label: Mean}
        longName: {count: all, label: Alike}
        half: {count: all, decimals: 1, label: Rounded}
        never: {max: amount, where: amount < 0, label: Negative}
        pace.hour: {rate: recent, per: hour, label: Pace}
        recent: {count: all, window: 15m, label: Recent}
        by_site: {sum: amount, by: site, label: By site}
        count_by_site: {count: all, by: site, label: Orders by site}
        share: {ratio: [recent, orders], unit: percent, label: Share}
        sales.sales.long: {count: all, label: Like the board}
      """;
  private static final ObjectMapper EXACT =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final Path file = Path.of("sales.yaml");
  private JsonNode empty;
  private JsonNode snapshot;

  @BeforeEach
  void serve() throws Exception {
    write(TYPED);
    Boardcast node = deploy();
    awaitOrders(node, "?site=none", null, 0);
    empty = get(node, BOARD + "?site=none", null).json().path("data");
    sell(node, 3, "7", 10);
    awaitOrders(node, "", null, 3);
    snapshot = get(node, BOARD, null).json().path("data");
  }

  @Test
  void recordsOfJavaReadSnapshots() throws Exception {
    String text = BoardFileTool.java(directory.resolve(file), "com.example.boards");
    Path home = Files.createDirectories(directory.resolve("com/example/boards"));
    Path source = Files.writeString(home.resolve("Sales.java"), text);
    var report = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    var units =
        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source.toFile());
    List<String> options =
        List.of("-Xlint:all", "-Werror", "-proc:none", "-d", directory.toString());
    assertTrue(compiler.getTask(report, null, null, options, null, units).call(), text + report);
    URL[] classes = {directory.toUri().toURL()};
    try (var loader = new URLClassLoader(classes, getClass().getClassLoader())) {
      Class<?> type = loader.loadClass("com.example.boards.Sales");
      for (JsonNode each : List.of(snapshot, empty)) {
        Object read = EXACT.readValue(each.toString(), type);
        assertEquals(plain(each), plain(EXACT.valueToTree(read)), text);
      }
      Object read = EXACT.readValue(snapshot.toString(), type);
      assertEquals(3L, type.getMethod("orders").invoke(read));
    }
  }

  @Test
  void anInterfaceOfTypeScriptFitsSnapshots() throws Exception {
    String text = BoardFileTool.typeScript(directory.resolve(file));
    Files.writeString(directory.resolve("sales.ts"), text);
    Path client = Path.of("src/main/resources/dev/boardcast/web/client/boardcast.d.ts");
    Files.copy(client, directory.resolve("boardcast.d.ts"));
    Files.writeString(
        directory.resolve("use.ts"),
        """
        import type { Message } from './boardcast';
        import type { Sales, SalesParameters } from './sales';
        export const full: Sales = %s;
        export const empty: Sales = %s;
        export const mean: number | null = full.long_name.class;
        export const state: 'busy' | 'too_busy' | null = full.states.orders;
        export const draw = (message: Message<Sales>) => message.data.by_site['7'];
        export const part: SalesParameters = { site: '7', shop: 1 };
        // @ts-expect-error
        export const nothing: number = full.never;
        // @ts-expect-error
        full.unknown;
        """
            .formatted(snapshot, empty));
    Optional<String> compiler = typeScript();
    String missing = "no tsc: see .ci/run for how to install it";
    if (compiler.isEmpty() && System.getenv("CI") != null) fail(missing);
    assumeTrue(compiler.isPresent(), missing);
    Process tsc =
        new ProcessBuilder(compiler.get(), "--strict", "--noEmit", "--lib", "es2022,dom", "use.ts")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(tsc.getInputStream().readAllBytes());
    assertTrue(tsc.waitFor(1, TimeUnit.MINUTES));
    assertEquals("", said, text);
    assertEquals(0, tsc.exitValue());
  }

  /** The compiler below {@code target}, or on the path. */
  private static Optional<String> typeScript() {
    return Stream.concat(
            Stream.of("target/typescript/node_modules/.bin"),
            Stream.of(System.getenv("PATH").split(File.pathSeparator)))
        .map(each -> Path.of(each, "tsc"))
        .filter(Files::isExecutable)
        .map(tsc -> tsc.toAbsolutePath().toString())
        .findFirst();
  }

  /** The same with numbers that are equal where their values are. */
  private static String plain(JsonNode tree) throws Exception {
    if (tree.isNumber()) return tree.decimalValue().stripTrailingZeros().toPlainString();
    if (!tree.isObject()) return tree.toString();
    var text = new StringBuilder("{");
    var names = new java.util.TreeSet<String>();
    tree.fieldNames().forEachRemaining(names::add);
    for (String name : names)
      text.append(name).append(':').append(plain(tree.get(name))).append(' ');
    return text.append('}').toString();
  }
}
