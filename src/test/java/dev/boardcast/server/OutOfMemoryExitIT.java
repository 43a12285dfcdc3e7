package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.web.ProblemHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A process whose heap is full ends at once, wherever the error is thrown. */
@Timeout(120)
class OutOfMemoryExitIT {
  @ParameterizedTest
  @ValueSource(strings = {"timer", "route", "thread", "log"})
  void theProcessEndsWithItsOwnCode(String place) throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                Exhausted.class.getName(),
                place)
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
      assertEquals(3, process.exitValue(), output);
      assertTrue(output.contains("boardcast: out of memory; ends with code 3"), output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Fills the heap in one place of a process. */
  static final class Exhausted {
    private static final List<byte[]> HELD = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
      OutOfMemoryExit.install();
      Vertx vertx = OutOfMemoryExit.watch(Vertx.vertx());
      switch (arguments[0]) {
        case "timer" -> vertx.setTimer(1, fired -> fill());
        case "route" -> request(vertx);
        case "thread" -> new Thread(Exhausted::fill).start();
        default ->
            new Thread(
                    () -> {
                      try {
                        fill();
                      } catch (Throwable caught) {
                        LoggerFactory.getLogger("test").warn("a {} failed", "job", caught);
                      }
                    })
                .start();
      }
      Thread.sleep(50_000);
      System.exit(0);
    }

    private static void fill() {
      while (true) HELD.add(new byte[64 << 10]);
    }

    private static void request(Vertx vertx) throws Exception {
      var router = Router.router(vertx);
      router.errorHandler(500, new ProblemHandler(500));
      router.get("/").handler(request -> fill());
      int port =
          vertx
              .createHttpServer()
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS)
              .actualPort();
      vertx
          .createHttpClient()
          .request(HttpMethod.GET, port, "127.0.0.1", "/")
          .compose(request -> request.send());
    }
  }
}
