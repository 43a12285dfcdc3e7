package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.Main;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of an application, in Boardcast's database and in another, on boards of a node. */
class SourceBoardIT {
  private static final String BOARD =
      """
      name: %1$s
      title: Sales
      refresh: 1s
      triggers: {facts: [%2$s]}
      rollup:
        facts: %2$s
        keys: {region: region}
        sums: {orders: sign, revenue: sign * total}
      numbers: SELECT sum(orders) AS orders, sum(revenue) AS revenue FROM %1$s_rollup
      metrics:
        orders: {label: Orders, unit: count, kind: gauge}
        revenue: {label: Revenue, unit: EUR, kind: gauge}
      """;

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WebClient web = WebClient.create(vertx);
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql own = new Sql(db.postgresUri());
  private final Sql shop = new Sql(Services.get().freshDatabase().postgresUri());
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Boardcast node;

  @AfterEach
  void close() {
    if (node != null) Api.await(node.close());
    Api.await(vertx.close());
  }

  @Test
  void aTableOfTheApplicationIsLive() throws Exception {
    create(own);
    assertEquals(0, source("install", "--table", "orders", "--columns", "region,total"), error());
    assertTrue(out.toString().contains("CREATE OR REPLACE TRIGGER"), out.toString());
    assertTrue(out.toString().contains("-- 100 facts in the table source_orders"), out.toString());
    Files.writeString(directory.resolve("own.yaml"), BOARD.formatted("own_sales", "source_orders"));
    start();
    awaitData("own_sales", 100, 500);
    own.run("UPDATE public.orders SET total = 6 WHERE id <= 50");
    awaitData("own_sales", 100, 550);
    own.run("TRUNCATE public.orders");
    awaitData("own_sales", 0, 0);
    own.run("INSERT INTO public.orders VALUES (1, 'a', 7)");
    awaitData("own_sales", 1, 7);

    own.run("ALTER TABLE public.orders DROP COLUMN total");
    own.run("INSERT INTO public.orders VALUES (2, 'a')");
    await(
        () -> {
          assertTrue(latest("own_sales").get("stale").asBoolean());
          String problem =
              "column total of public.orders does not exist any more; remove the source and"
                  + " install it again";
          JsonNode health = Json.MAPPER.readTree(get("/health/ready"));
          assertEquals(problem, health.at("/sources/public.orders").asText(), health.toString());
          assertEquals("degraded", health.get("status").asText());
          assertEquals("[\"own_sales\"]", health.get("stale").toString());
        });
    assertFalse(latest("routing").get("stale").asBoolean(), "other boards go on");
    for (String meter : List.of("up", "drift_facts", "pending_bytes", "count_progress")) {
      assertTrue(get("/metrics").contains("boardcast_source_" + meter + "{"), meter);
    }

    out.getBuffer().setLength(0);
    assertEquals(0, source("list"), error());
    assertTrue(out.toString().contains("STOPPED: column total"), out.toString());
    assertEquals(0, source("remove", "--table", "orders", "--print"), error());
    assertEquals(0, source("remove", "--table", "orders"), error());
    assertEquals(
        List.of("0"), own.column("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'boardcast%'"));
  }

  @Test
  void aTableOfAnotherDatabaseIsLive() throws Exception {
    create(shop);
    assertEquals(
        2, source("install", "--connection", "shop", "--table", "orders", "--columns", "region"));
    assertEquals(
        "boardcast: there is no connection \"shop\", expected a name of source-connections: it is"
            + " empty"
            + System.lineSeparator(),
        err.toString());
    String connections = "shop=" + shop.uri();
    Path file = Files.writeString(directory.resolve("connections"), connections);
    assertEquals(
        0,
        source(
            "install",
            "--connection",
            "shop",
            "--table",
            "orders",
            "--columns",
            "region,total",
            "--source-connections-file",
            file.toString()),
        error());
    Files.writeString(directory.resolve("s.yaml"), BOARD.formatted("sales", "source_shop_orders"));
    start("source-connections", connections);
    awaitData("sales", 100, 500);
    shop.run("UPDATE public.orders SET total = 6 WHERE id <= 50");
    awaitData("sales", 100, 550);
    shop.run("DELETE FROM public.orders WHERE id <= 90");
    awaitData("sales", 10, 50);
    await(
        () ->
            assertEquals(
                List.of("0"),
                shop.column("SELECT count(*) FROM boardcast_source.source_shop_orders")));
  }

  private static void create(Sql sql) throws Exception {
    sql.run("CREATE TABLE public.orders (id int PRIMARY KEY, region text, total numeric)");
    sql.run(
        "INSERT INTO public.orders SELECT g, 'r' || g % 3, 5 FROM generate_series(1, 100) AS g");
  }

  private void start(String... settings) {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    var config = TestOptions.local(db);
    for (int i = 0; i < settings.length; i += 2) config = config.set(settings[i], settings[i + 1]);
    node = Api.await(Boardcast.deploy(vertx, config, boards));
  }

  private int source(String... words) throws Exception {
    err.getBuffer().setLength(0);
    Path address = Files.writeString(directory.resolve("pg"), db.postgresUri());
    var command = new ArrayList<String>(List.of("source"));
    command.addAll(List.of(words));
    command.addAll(List.of("--pg-file", address.toString()));
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(command.toArray(String[]::new));
  }

  private String error() {
    return err.toString();
  }

  private void awaitData(String board, int orders, int revenue) {
    await(
        () -> {
          JsonNode data = latest(board).get("data");
          assertEquals(orders, data.get("orders").asInt(-1), data.toString());
          assertEquals(revenue, data.get("revenue").asInt(-1), data.toString());
        });
  }

  private static void await(org.awaitility.core.ThrowingRunnable check) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(check);
  }

  private JsonNode latest(String board) throws Exception {
    return Json.MAPPER.readTree(get("/api/v1/boards/" + board));
  }

  private String get(String path) {
    return Api.await(web.get(node.httpPort(), "127.0.0.1", path).send()).bodyAsString();
  }
}
