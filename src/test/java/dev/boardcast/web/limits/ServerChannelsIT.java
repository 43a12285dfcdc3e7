package dev.boardcast.web.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The internals of Vert.x are as {@link ServerChannels} expects them. */
@Timeout(30)
class ServerChannelsIT {
  @Test
  void channelsAreFound() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer first = server(vertx, -4711);
      HttpServer second = server(vertx, -4711);
      assertTrue(ServerChannels.listening(first).orElseThrow().isActive());
      assertEquals(
          ServerChannels.listening(first).get(), ServerChannels.listening(second).orElseThrow());
      for (HttpVersion version : new HttpVersion[] {HttpVersion.HTTP_1_1, HttpVersion.HTTP_2}) {
        var client = WebClient.create(vertx, new WebClientOptions().setProtocolVersion(version));
        var answer =
            client.get(first.actualPort(), "127.0.0.1", "/").send().await(10, TimeUnit.SECONDS);
        assertEquals("true", answer.bodyAsString(), version.toString());
      }
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  private static HttpServer server(Vertx vertx, int port) throws Exception {
    return vertx
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .response()
                    .end(Boolean.toString(ServerChannels.of(request.connection()).isPresent())))
        .listen(port, "127.0.0.1")
        .await(10, TimeUnit.SECONDS);
  }
}
