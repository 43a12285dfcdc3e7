package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.boards.yaml.BoardFileTool;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.Main;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Declared boards over a table of another database, by a role that may only SELECT. */
class ReadOnlyBoardIT {
  private static final String BOARD =
      """
      version: 2
      name: sales
      title: Sales
      source: {table: sale, connection: shop%s}
      time: at
      metrics:
        sales: {count: all, label: Sales}
        revenue: {sum: total, label: Revenue}
      """;

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WebClient web = WebClient.create(vertx);
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql here = new Sql(db.postgresUri());
  private final Sql shop = new Sql(Services.get().freshDatabase().postgresUri());
  private final String connections = "shop=" + shop.uri().replaceFirst("//[^@]*@", "//onlooker:x@");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Boardcast node;

  @BeforeEach
  void create() throws Exception {
    shop.run(
        """
        DO $$ BEGIN CREATE ROLE onlooker LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN
        END $$;
        CREATE TABLE public.sale (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int,
                                  at timestamptz NOT NULL DEFAULT now(),
                                  changed_at timestamptz NOT NULL DEFAULT now());
        CREATE INDEX ON public.sale (changed_at, id);
        GRANT SELECT ON public.sale TO onlooker;
        INSERT INTO public.sale (total, changed_at) SELECT 2, '2026-01-01' FROM generate_series(1, 500)""");
  }

  @AfterEach
  void close() {
    if (node != null) Api.await(node.close());
    Api.await(vertx.close());
  }

  @Test
  void rowsByAWatermarkAreCountedOnceWhileNodesRestart() throws Exception {
    install("--watermark", "changed_at", "--lag", "1s");
    assertTrue(out.toString().contains("facts in the table source_shop_sale"), out.toString());
    board("");
    assertEquals(
        directory.resolve("sales.yaml")
            + ":4: shop:public.sale is installed to be read by watermark, expected watermark:"
            + " changed_at in source",
        assertThrows(InvalidBoardFileException.class, this::start).getMessage());
    board(", watermark: changed_at");
    start();
    awaitData(500, 1000);
    JsonNode reading = data().get("source");
    assertEquals("watermark", reading.get("mode").asText());
    assertEquals(2, reading.get("delay_seconds").asInt());
    Instant before = Instant.parse(reading.get("as_of").asText());

    var isDone = new AtomicBoolean();
    var writer = CompletableFuture.runAsync(() -> write(isDone));
    for (int i = 0; i < 3; i++) {
      int shown = data().get("sales").asInt();
      await(() -> assertTrue(data().get("sales").asInt() > shown));
      Api.await(node.close());
      start();
    }
    isDone.set(true);
    writer.get();
    awaitTable();
    await(() -> assertTrue(Instant.parse(data().at("/source/as_of").asText()).isAfter(before)));

    // Which the scheduled count finds.
    shop.run("DELETE FROM public.sale WHERE id <= 100");
    shop.run("UPDATE public.sale SET total = 3, changed_at = now() WHERE id BETWEEN 101 AND 110");
    awaitTable();
  }

  @Test
  void allRowsAreCountedOnAClock() throws Exception {
    install("--every", "5s");
    board(", every: 5s");
    start();
    awaitData(500, 1000);
    assertEquals("clock", data().at("/source/mode").asText());
    shop.run("DELETE FROM public.sale WHERE id <= 100");
    shop.run("UPDATE public.sale SET total = 3 WHERE id BETWEEN 101 AND 110");
    awaitTable();
    shop.run("ALTER TABLE public.sale RENAME total TO amount");
    await(() -> assertTrue(latest().get("stale").asBoolean()));
    JsonNode health = Json.MAPPER.readTree(get("/health/ready"));
    assertTrue(
        health.at("/sources/shop:public.sale").asText().startsWith("public.sale has no column"),
        health.toString());
  }

  /** The board says how its source is read: nothing is added to its database. */
  @Test
  void aSourceIsInstalledAsItsBoardSays() throws Exception {
    String[][] refused = {
      {"", "--lag", "are for a source that is only read, expected watermark or every in source of"},
      {", watermark: changed_at", "--watermark", "says watermark or every: expected it alone"},
      {", every: 5s", "--every", "says watermark or every: expected it alone"},
      {", every: 5s", "--key", "--key belongs to --watermark"},
    };
    for (String[] each : refused) {
      board(each[0]);
      err.getBuffer().setLength(0);
      String value = each[1].equals("--key") || each[1].equals("--watermark") ? "id" : "7s";
      assertEquals(2, source("--board", file(), each[1], value), each[1]);
      assertTrue(err.toString().contains(each[2]), err.toString());
    }
    file("sales.yaml", BOARD.formatted(", every: 5s").replace(", connection: shop", ""));
    assertEquals(2, source("--board", file()));
    assertTrue(err.toString().contains("connection is missing in source of"), err.toString());
    assertEquals(List.of("0"), here.column("SELECT count(*) FROM source"));

    board(", watermark: changed_at");
    assertEquals(0, source("--board", file(), "--lag", "2s"), err.toString());
    String how =
        "SELECT concat_ws(' ', mode, watermark_column, key_column, lag_ms, every_ms) FROM source";
    assertEquals(List.of("watermark changed_at id 2000 1000"), here.column(how));
    start();
    awaitData(500, 1000);
    Api.await(node.close());
    node = null;
    here.run("DELETE FROM source; DROP TABLE source_shop_sale");

    // A view, on a clock.
    shop.run(
        "CREATE VIEW public.sold AS SELECT * FROM public.sale; GRANT SELECT ON public.sold TO onlooker");
    file("sales.yaml", BOARD.formatted(", every: 7s").replace("table: sale", "table: sold"));
    assertEquals(0, source("--board", file()), err.toString());
    assertEquals(List.of("clock 0 7000"), here.column(how));
    assertEquals(
        List.of("0"),
        shop.column(
            "SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'boardcast%')"
                + " + (SELECT count(*) FROM pg_namespace WHERE nspname = 'boardcast_source')"));
  }

  @Test
  void thePageSaysHowRowsAreRead() throws Exception {
    install("--every", "7s");
    board(", every: 7s");
    start();
    awaitData(500, 1000);
    try (var browser = Browser.start()) {
      Page page = browser.page();
      page.navigate(URI.create("http://127.0.0.1:" + node.httpPort() + "/#/sales"));
      page.await(
          "/As of .*: rows are read about 7 sec after they change. All rows are read each time./"
              + ".test(document.querySelector('main').innerText)");
      page.close();
    }
  }

  /** Types of the board have what its snapshots say of the reading. */
  @Test
  void typesHaveTheReading() throws Exception {
    board(", every: 5s");
    String java = BoardFileTool.java(Path.of(file()), "");
    for (String each :
        List.of("Source source", "String mode", "String as_of", "long delay_seconds")) {
      assertTrue(
          java.replace("asOf", "as_of").replace("delaySeconds", "delay_seconds").contains(each),
          java);
    }
    String typeScript = BoardFileTool.typeScript(Path.of(file()));
    for (String each :
        List.of(
            "  source: {",
            "    mode: string;",
            "as_of: string | null;",
            "delay_seconds: number;")) {
      assertTrue(typeScript.contains(each), typeScript);
    }
    board("");
    assertFalse(BoardFileTool.typeScript(Path.of(file())).contains("source"));
  }

  /** Rows of few times, in transactions of which some are committed late. */
  private void write(AtomicBoolean isDone) {
    try (var first = shop.connect();
        var second = shop.connect()) {
      for (int i = 0; !isDone.get(); i++) {
        for (var each : List.of(first, second)) {
          try (var statement = each.createStatement()) {
            if (i > 0) statement.execute("COMMIT");
            statement.execute("BEGIN");
            statement.execute(
                "INSERT INTO public.sale (total, changed_at)"
                    + " SELECT %d, date_trunc('second', now()) FROM generate_series(1, 10)"
                        .formatted(i));
          }
        }
      }
      for (var each : List.of(first, second)) {
        try (var statement = each.createStatement()) {
          statement.execute("COMMIT");
        }
      }
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void install(String... how) throws Exception {
    var words = new ArrayList<String>(List.of("--connection", "shop", "--table", "sale"));
    words.addAll(List.of("--columns", "total,at"));
    words.addAll(List.of(how));
    assertEquals(0, source(words.toArray(String[]::new)), err.toString());
  }

  private String file() {
    return directory.resolve("sales.yaml").toString();
  }

  private int source(String... how) throws Exception {
    var words = new ArrayList<String>(List.of("source", "install"));
    words.addAll(List.of(how));
    words.addAll(List.of("--pg-file", file("pg", db.postgresUri())));
    words.addAll(List.of("--source-connections-file", file("connections", connections)));
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words.toArray(String[]::new));
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private void board(String how) throws Exception {
    file("sales.yaml", BOARD.formatted(how));
  }

  private void start() {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    var config =
        TestOptions.local(db).set("source-connections", connections).set("source-recount", "2s");
    node = Api.await(Boardcast.deploy(vertx, config, boards));
  }

  private void awaitTable() {
    await(
        () -> {
          String row = shop.column("SELECT concat_ws('|', count(*), sum(total)) FROM sale").get(0);
          JsonNode data = data();
          assertEquals(row, data.get("sales").asText() + "|" + data.get("revenue").asText());
        });
  }

  private void awaitData(int sales, int revenue) {
    await(
        () -> {
          JsonNode data = data();
          assertEquals(sales, data.path("sales").asInt(-1), data.toString());
          assertEquals(revenue, data.path("revenue").asInt(-1), data.toString());
        });
  }

  private static void await(org.awaitility.core.ThrowingRunnable check) {
    Awaitility.await().atMost(Duration.ofSeconds(45)).untilAsserted(check);
  }

  private JsonNode latest() throws Exception {
    return Json.MAPPER.readTree(get("/api/v1/boards/sales"));
  }

  private JsonNode data() throws Exception {
    return latest().path("data");
  }

  private String get(String path) {
    return Api.await(web.get(node.httpPort(), "127.0.0.1", path).send()).bodyAsString();
  }
}
