package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
import dev.boardcast.testing.HostApplication;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An embedded node that runs out of memory tells its host, closes, and lets the host live. */
@Timeout(120)
class EmbeddedOutOfMemoryIT {
  /** A board with a route that asks for more memory than any JVM has. */
  private static final class Exhausting implements BoardModule {
    @Override
    public List<Routes> routes(BoardContext context) {
      return List.of(
          router ->
              router
                  .get("/exhaust")
                  .handler(request -> request.end(String.valueOf(new long[Integer.MAX_VALUE]))));
    }
  }

  @Test
  void theHostIsToldAndGoesOn() throws Exception {
    try (var host = new HostApplication()) {
      var told = new CompletableFuture<Throwable>();
      Boardcast node =
          Boardcast.builder(host.vertx(), TestOptions.local(Services.get().freshDatabase()))
              .boards(List.of(new Exhausting()))
              .failureHandler(told::complete)
              .start()
              .await(60, TimeUnit.SECONDS);
      int port = node.httpPort();
      get(port, "/exhaust");

      assertInstanceOf(OutOfMemoryError.class, told.get(20, TimeUnit.SECONDS));
      node.closed().await(30, TimeUnit.SECONDS);
      assertThrows(ConnectException.class, () -> get(port, "/health/live"));
      host.assertWorks();
    }
  }

  private static void get(int port, String path) throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.discarding());
  }
}
