package dev.boardcast.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@code Location} begins with the prefix that a proxy stripped. */
class ForwardedPrefixIT {
  private final Vertx vertx = Vertx.vertx();
  private int port;

  @BeforeEach
  void start() throws Exception {
    var api = Router.router(vertx);
    api.post("/things")
        .handler(
            context -> StoredResponse.json(201, List.of()).withLocation("/things/7").send(context));
    var root = Router.router(vertx);
    root.route("/mounted/*").subRouter(api);
    port =
        vertx
            .createHttpServer()
            .requestHandler(root)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS)
            .actualPort();
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void theStrippedPrefixPrecedesTheMountPoint() throws Exception {
    assertEquals("/mounted/things/7", location());
    assertEquals("/outer/inner/mounted/things/7", location("/outer/inner"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "https://evil.example",
        "/outer/",
        "outer",
        "/a b",
        "/a, /b",
        "/a?b",
        "/a%0a",
        ""
      })
  void whatIsNotAPathIsIgnored(String prefix) throws Exception {
    assertEquals("/mounted/things/7", location(prefix));
  }

  @Test
  void twoPrefixesAreIgnored() throws Exception {
    assertEquals("/mounted/things/7", location("/a", "/b"));
  }

  private String location(String... prefixes) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/mounted/things"));
    for (String prefix : prefixes) request.header("X-Forwarded-Prefix", prefix);
    var response =
        HttpClient.newHttpClient()
            .send(
                request.POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
    return response.headers().firstValue("Location").orElseThrow();
  }
}
