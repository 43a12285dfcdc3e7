package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.boardcast.testing.Api;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.ResponseTimeHandler;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HEAD has GET's fields and no content below the router of an application too. */
@Timeout(60)
class MountedHeadIT {
  private static final String TOKEN = Person.of("root").with("admin").token();

  private final Vertx vertx = Vertx.vertx();
  private Boardcast node;
  private int port;

  private record Answer(int status, String type, String length, boolean isTimed, Buffer body) {}

  @BeforeEach
  void start() throws Exception {
    var options = TestOptions.local(Services.get().freshDatabase());
    node = Api.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
    var boards = Router.router(vertx);
    node.mount(boards, "/boards");
    var router = Router.router(vertx);
    router.route().handler(ResponseTimeHandler.create());
    // As an application may nest them.
    router.route("/app/*").subRouter(boards);
    var server = vertx.createHttpServer().requestHandler(router);
    port = Api.await(server.listen(0, "localhost")).actualPort();
  }

  @AfterEach
  void stop() {
    Api.await(node.close());
    Api.await(vertx.close());
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void headHasNoContent(HttpVersion version) {
    var options =
        new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false);
    HttpClient client = vertx.createHttpClient(options);
    for (String path :
        List.of("/api/v1/boards", "/", "/boardcast.js", "/nothing", "/api/v1/stream?nosuch=1")) {
      Answer get = send(client, HttpMethod.GET, "/app/boards" + path);
      Answer head = send(client, HttpMethod.HEAD, "/app/boards" + path);
      assertFalse(get.body().length() == 0, path);
      assertEquals(0, head.body().length(), path);
      assertEquals(get.status(), head.status(), path);
      assertEquals(get.type(), head.type(), path);
      assertEquals(get.isTimed(), head.isTimed(), path);
      if (head.length() != null && get.length() != null) assertEquals(get.length(), head.length());
    }
  }

  private Answer send(HttpClient client, HttpMethod method, String path) {
    return Api.await(
        client
            .request(method, port, "localhost", path)
            .compose(
                request ->
                    request
                        .putHeader("Authorization", "Bearer " + TOKEN)
                        .send()
                        .compose(
                            response ->
                                response
                                    .body()
                                    .map(
                                        body ->
                                            new Answer(
                                                response.statusCode(),
                                                response.getHeader("Content-Type"),
                                                response.getHeader("Content-Length"),
                                                response.getHeader("x-response-time") != null,
                                                body)))));
  }
}
