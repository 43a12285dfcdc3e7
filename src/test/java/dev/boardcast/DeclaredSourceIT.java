package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A declared board over a table that an application writes. */
class DeclaredSourceIT {
  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WebClient web = WebClient.create(vertx);
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  private Boardcast node;

  @AfterEach
  void close() {
    if (node != null) Api.await(node.close());
    Api.await(vertx.close());
  }

  @Test
  void whatTheTableHasIsCountedAndWhatItHasNoMoreIsNot() throws Exception {
    Files.writeString(
        directory.resolve("orders.yaml"),
        """
        version: 2
        name: shop_orders
        title: Orders
        source: {table: purchase}
        time: at
        dimensions: [site]
        metrics:
          orders: {count: all, label: Orders}
          greatest: {max: total, label: Greatest}
          by_site: {sum: total, by: site, label: By site}
        """);
    sql.run(
        "CREATE TABLE public.purchase (id integer PRIMARY KEY, site text, total numeric, at"
            + " timestamptz NOT NULL)");
    sql.run(
        "INSERT INTO public.purchase SELECT i, 's' || i % 2, i, now() FROM generate_series(1, 10) i");
    assertEquals(
        directory.resolve("orders.yaml")
            + ":4: public.purchase is not a source, expected one that boardcast source install has"
            + " made",
        Assertions.assertThrows(InvalidBoardFileException.class, this::start).getMessage());
    install();
    node = start();
    awaitData("10", "10", "{\"s0\":30,\"s1\":25}");
    sql.run("DELETE FROM public.purchase WHERE id = 10");
    sql.run("UPDATE public.purchase SET total = 0, site = 's2' WHERE id = 9");
    awaitData("9", "8", "{\"s0\":20,\"s1\":16,\"s2\":0}");
    sql.run("DELETE FROM public.purchase WHERE site = 's1'");
    awaitData("5", "8", "{\"s0\":20,\"s2\":0}");
  }

  private void install() throws Exception {
    var err = new StringWriter();
    int code =
        Main.commandLine(Clock.systemUTC())
            .setErr(new PrintWriter(err))
            .execute(
                "source",
                "install",
                "--pg-file",
                Files.writeString(directory.resolve("pg"), db.postgresUri()).toString(),
                "--table",
                "public.purchase",
                "--columns",
                "site,total,at");
    assertEquals(0, code, err.toString());
  }

  private Boardcast start() {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    return Api.await(Boardcast.deploy(vertx, TestOptions.local(db), boards));
  }

  private void awaitData(String orders, String greatest, String bySite) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              var answer =
                  Api.await(
                      web.get(node.httpPort(), "127.0.0.1", "/api/v1/boards/shop_orders").send());
              JsonNode data = Json.MAPPER.readTree(answer.bodyAsString()).path("data");
              assertEquals(orders, data.path("orders").asText());
              assertEquals(greatest, data.path("greatest").asText());
              assertEquals(bySite, data.path("by_site").toString());
            });
  }
}
