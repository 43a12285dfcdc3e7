package dev.boardcast.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's tests against the scripted server, in Chromium as they are in Node. */
@Timeout(120)
class ClientBrowserIT {
  @Test
  void theClientDoesInABrowserWhatItDoesInNode() throws Exception {
    var vertx = Vertx.vertx();
    try (var browser = Browser.start()) {
      var router = Router.router(vertx);
      String sources = Path.of("src").toAbsolutePath().toString();
      router.route().handler(StaticHandler.create(FileSystemAccess.ROOT, sources));
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS);
      Page page = browser.page();
      int port = server.actualPort();
      page.navigate(URI.create("http://127.0.0.1:" + port + "/test/js/browser/index.html"));
      page.await("window.report", Duration.ofSeconds(100));
      assertEquals("[]", page.eval("report.wrong").toString());
      assertTrue(page.eval("report.ran").asInt() >= 30);
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }
}
