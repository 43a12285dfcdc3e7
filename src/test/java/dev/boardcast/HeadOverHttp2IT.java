package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Api;
import dev.boardcast.testing.BothNodes;
import dev.boardcast.testing.BothNodes.Port;
import dev.boardcast.testing.Person;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The answer to HEAD over HTTP/2 has the fields of GET's and no content. */
@Timeout(60)
class HeadOverHttp2IT {
  private static final String ADMIN = Person.of("root").with("admin").token();

  @TempDir private Path directory;

  private record Answer(int status, String type, String length, Buffer body) {}

  @Test
  void thereIsNoContent() throws Exception {
    try (var nodes = new BothNodes(directory, options -> options)) {
      for (Port port : List.of(Port.HTTP, Port.HTTPS, Port.SECURE_GATEWAY)) {
        var client =
            nodes
                .vertx()
                .createHttpClient(
                    new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false)
                        .setSsl(port.isSecure())
                        .setUseAlpn(port.isSecure())
                        .setTrustAll(true)
                        .setVerifyHost(false));
        for (String path :
            port.isGateway()
                ? List.of("/health/live", "/nothing")
                : List.of("/api/v1/boards", "/boardcast.js", "/", "/health/ready", "/nothing")) {
          int number = nodes.number(port);
          Answer get = send(client, number, HttpMethod.GET, path);
          Answer head = send(client, number, HttpMethod.HEAD, path);
          assertEquals(0, head.body().length(), path);
          assertEquals(get.status(), head.status(), path);
          assertEquals(get.type(), head.type(), path);
          if (head.length() != null && get.length() != null) {
            assertEquals(get.length(), head.length(), path);
          }
        }
      }
    }
  }

  private static Answer send(HttpClient client, int port, HttpMethod method, String path) {
    return Api.await(
        client
            .request(method, port, "localhost", path)
            .compose(request -> request.putHeader("Authorization", "Bearer " + ADMIN).send())
            .compose(
                response -> {
                  assertEquals(HttpVersion.HTTP_2, response.version());
                  String type = response.getHeader("Content-Type");
                  String length = response.getHeader("Content-Length");
                  return response
                      .body()
                      .map(body -> new Answer(response.statusCode(), type, length, body));
                }));
  }
}
