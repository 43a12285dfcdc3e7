package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several applications on one Vert.x, and conflicts of ports and paths. */
@Timeout(120)
class TwoApplicationsIT {
  private static final String DECISION =
      "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"cost\":0.00005}";

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void ofDifferentNamesShareNothing() throws Exception {
    var meters = new SimpleMeterRegistry();
    Boardcast sales = start(meters, "sales");
    Boardcast support = start(meters, "support");
    try (var ofSales = socket(sales, "/ws?topics=routing,news");
        var ofSupport = socket(support, "/ws?topics=routing,news")) {
      ofSupport.next("metrics:update");

      assertEquals(201, send(sales, "POST", "/routing/decisions", DECISION).statusCode());

      ofSales.takeUntil(message -> message.at("/data/total_decisions").asInt() == 1);
      assertEquals(201, send(support, "POST", "/routing/decisions", DECISION).statusCode());
      assertEquals(201, send(support, "POST", "/routing/decisions", DECISION).statusCode());
      var seen = ofSupport.takeUntil(message -> message.at("/data/total_decisions").asInt() == 2);
      assertTrue(
          seen.stream().allMatch(message -> message.at("/data/total_decisions").asInt() <= 2));
    }
    var sql = new Sql(db.postgresUri());
    assertEquals(List.of("1"), sql.column("SELECT count(*) FROM sales.routing_decision"));
    assertEquals(List.of("2"), sql.column("SELECT count(*) FROM support.routing_decision"));
    assertEquals(
        List.of("boardcast-sales background", "boardcast-support background"),
        sql.column(
            "SELECT DISTINCT application_name FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name LIKE '%background'"
                + " ORDER BY 1"));
    for (String name : List.of("sales", "support")) {
      assertNotNull(meters.find("boardcast.gateway.sessions").tag("application", name).gauge());
    }
    await(sales.close());
    assertEquals(200, send(support, "GET", "/routing/metrics", "").statusCode());
    await(support.close());
  }

  @Test
  void aPortThatIsTakenIsRefusedThoughVertxWouldShareIt() throws Exception {
    int port = FreePorts.one();
    HttpServer own =
        vertx.createHttpServer().requestHandler(request -> request.response().end("host"));
    await(own.listen(port, "127.0.0.1"));
    var options = local().httpPort(port);

    Throwable taken = assertThrows(BindException.class, () -> await(deploy(options)));
    assertEquals("http-port " + port + " is already in use on 127.0.0.1", taken.getMessage());

    await(own.close());
    Boardcast node = await(deploy(options));
    assertThrows(BindException.class, () -> await(deploy(options)));
    assertThrows(BindException.class, () -> await(deploy(local().gatewayPort(node.gatewayPort()))));
    assertEquals(200, send(node, "GET", "/health", "").statusCode());
    await(node.close());
    await(await(deploy(options)).close());
  }

  @Test
  void everythingMovesBelowTheBasePathAndHealthAnswersAtTheRootToo() throws Exception {
    Boardcast node = await(deploy(local().set("base-path", "/team/dashboards")));

    for (String path : List.of("/health", "/team/dashboards/health")) {
      assertTrue(send(node, "GET", path, "").body().contains("\"healthy\""), path);
    }
    assertEquals(200, send(node, "GET", "/team/dashboards/health/ready", "").statusCode());
    assertEquals(200, send(node, "GET", "/team/dashboards/metrics", "").statusCode());
    assertEquals(200, send(node, "GET", "/team/dashboards/api/v1/boards", "").statusCode());
    assertEquals(308, send(node, "GET", "/team/dashboards", "").statusCode());
    assertEquals(405, send(node, "PUT", "/team/dashboards/api/v1/tasks", "").statusCode());
    for (String absent : List.of("/", "/api/v1/boards", "/team/dashboards/none", "/metrics")) {
      var answer = send(node, "GET", absent, "");
      assertEquals(404, answer.statusCode(), absent);
      assertEquals("application/problem+json", answer.headers().firstValue("Content-Type").get());
    }
    String page = send(node, "GET", "/team/dashboards/", "").body();
    assertTrue(page.contains("src=\"pages/app.js\""), page);
    for (int port : new int[] {node.httpPort(), node.gatewayPort()}) {
      String uri = "ws://127.0.0.1:" + port + "/team/dashboards/ws?topics=routing";
      try (var client = WsClient.connect(vertx, uri)) {
        client.next("metrics:update");
      }
    }
    await(node.close());
  }

  private Boardcast start(SimpleMeterRegistry meters, String name) throws Exception {
    var options = local().name(name).set("pg-schema", name);
    return await(
        Boardcast.builder(vertx, options).boards(Boards.BUILT_IN).meterRegistry(meters).start());
  }

  private Future<Boardcast> deploy(BoardcastOptions options) {
    return Boardcast.deploy(vertx, options, Boards.BUILT_IN);
  }

  private BoardcastOptions local() {
    return TestOptions.local(db);
  }

  private WsClient socket(Boardcast node, String path) {
    return WsClient.connect(vertx, "ws://127.0.0.1:" + node.httpPort() + path);
  }

  private HttpResponse<String> send(Boardcast node, String method, String path, String body)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .method(method, BodyPublishers.ofString(body));
    if (method.equals("POST")) {
      request
          .header("Content-Type", "application/json")
          .header("Authorization", "Bearer " + Person.of("ada").with("ingest").token());
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(60, TimeUnit.SECONDS);
  }
}
