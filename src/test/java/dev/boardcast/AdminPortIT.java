package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Api;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may read the meters, and where administration is served. */
@Timeout(120)
class AdminPortIT {
  private static final String ADMIN = Person.of("root").with("admin").token();
  private static final String VIEWER = Person.of("vic").with("viewer").token();
  private static final String NOBODY = Person.of("ann").with("ingest").token();
  private static final List<String> ADMINISTRATION =
      List.of("/metrics", "/admin", "/admin/drain", "/api/v1/admin/nodes", "/api/v1/admin/x");

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);

  @AfterEach
  void close() {
    Api.await(vertx.close());
  }

  @Test
  void administrationMovesToAPortOfItsOwn() throws Exception {
    int port = FreePorts.one();
    Boardcast node = start(options().set("admin-port", Integer.toString(port)));
    for (String path : ADMINISTRATION) {
      assertEquals(404, get(node.httpPort(), path, ADMIN).statusCode(), path);
      assertEquals(404, get(node.httpPort(), path, null).statusCode(), path);
      var response = Api.await(client.get(node.gatewayPort(), "127.0.0.1", path).send());
      assertEquals(404, response.statusCode(), path);
    }
    assertEquals(200, get(port, "/metrics", null).statusCode());
    assertEquals(200, get(port, "/api/v1/admin/nodes", ADMIN).statusCode());
    assertEquals(401, get(port, "/api/v1/admin/nodes", null).statusCode());
    for (int each : List.of(port, node.httpPort())) {
      assertEquals(200, get(each, "/health/ready", null).statusCode());
      assertEquals(200, get(each, "/", null).statusCode());
    }
    Api.await(node.close());
    assertThrows(Exception.class, () -> get(port, "/health/live", null));
  }

  @Test
  void aMountDoesNotServeItEither() throws Exception {
    int port = FreePorts.one();
    Boardcast node = start(options().set("admin-port", Integer.toString(port)));
    var router = Router.router(vertx);
    node.mount(router, "/boards");
    var server = vertx.createHttpServer().requestHandler(router);
    int host = Api.await(server.listen(0, "127.0.0.1")).actualPort();
    for (String path : ADMINISTRATION) {
      assertEquals(404, get(host, "/boards" + path, ADMIN).statusCode(), path);
    }
    assertEquals(200, get(host, "/boards/health/ready", null).statusCode());
    Api.await(node.close());
  }

  @Test
  void aNodeWithoutPortsRefusesAnAdminPort() {
    var options = options().set("admin-port", "9999");
    var failure =
        assertThrows(
            Exception.class,
            () ->
                Api.await(
                    Boardcast.builder(vertx, options)
                        .boards(Boards.BUILT_IN)
                        .withoutPorts()
                        .start()));
    assertTrue(failure.toString().contains("admin-port"), failure.toString());
    assertTrue(failure.toString().contains("withoutPorts"), failure.toString());
  }

  @Test
  void aTakenAdminPortEndsTheStart() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var options = options().set("admin-port", Integer.toString(taken.getLocalPort()));
      var failure = assertThrows(Exception.class, () -> start(options));
      assertTrue(failure.getMessage().contains("admin-port"), failure.getMessage());
    }
  }

  @Test
  void peersOnTheListReadMetersWithoutAToken() {
    Boardcast node = start(options());
    assertEquals(200, get(node.httpPort(), "/metrics", null).statusCode());
    Api.await(node.close());
  }

  @Test
  void whatCameThroughAProxyNeedsTheRole() {
    Boardcast node = start(options());
    for (String header :
        List.of("X-Forwarded-For", "x-forwarded-for", "Forwarded", "X-Real-IP", "Via")) {
      assertEquals(401, metrics(node, header, null).statusCode(), header);
      assertEquals(403, metrics(node, header, NOBODY).statusCode(), header);
      assertEquals(200, metrics(node, header, VIEWER).statusCode(), header);
      assertEquals(200, metrics(node, header, ADMIN).statusCode(), header);
    }
    Api.await(node.close());
  }

  @Test
  void otherPeersNeedTheRole() {
    Boardcast node = start(options().set("metrics-allow", "10.0.0.0/8"));
    var refused = get(node.httpPort(), "/metrics", null);
    assertEquals(401, refused.statusCode());
    assertTrue(refused.bodyAsString().contains("metrics-allow"), refused.bodyAsString());
    assertEquals(403, get(node.httpPort(), "/metrics", NOBODY).statusCode());
    assertEquals(200, get(node.httpPort(), "/metrics", VIEWER).statusCode());
    Api.await(node.close());
  }

  private HttpResponse<Buffer> metrics(Boardcast node, String header, String token) {
    var request =
        client.get(node.httpPort(), "127.0.0.1", "/metrics").putHeader(header, "127.0.0.1");
    if (token != null) request.bearerTokenAuthentication(token);
    return Api.await(request.send());
  }

  private HttpResponse<Buffer> get(int port, String path, String token) {
    var request = client.get(port, "127.0.0.1", path);
    if (token != null) request.bearerTokenAuthentication(token);
    return Api.await(request.send());
  }

  private static BoardcastOptions options() {
    return TestOptions.local(Services.get().freshDatabase());
  }

  private Boardcast start(BoardcastOptions options) {
    return Api.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
  }
}
