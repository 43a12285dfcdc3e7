package dev.boardcast.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.boardcast.spi.JsonResponse;
import dev.boardcast.web.ProblemHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RequestTimeoutIT {
  private final Vertx vertx = Vertx.vertx();
  private final Promise<Void> database = Promise.promise();
  private final Promise<Void> answered = Promise.promise();
  private HttpServer server;
  private WebClient client;

  @BeforeEach
  void start() throws TimeoutException {
    var router = Router.router(vertx);
    router.route().handler(new RequestTimeout(Duration.ofMillis(200)));
    router
        .post("/frozen")
        .handler(
            context ->
                database
                    .future()
                    .onSuccess(
                        thawed -> {
                          JsonResponse.json(context, 201, Map.of());
                          context.fail(new IllegalStateException("and what fails late"));
                          answered.complete();
                        }));
    router
        .get("/slow")
        .handler(
            context -> {
              context.response().setChunked(true).write("first, ");
              vertx.setTimer(600, later -> context.response().end("and last"));
            });
    router.route().failureHandler(new ProblemHandler(500));
    server = await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    client = WebClient.create(vertx);
  }

  @AfterEach
  void stop() throws TimeoutException {
    await(vertx.close());
  }

  @Test
  void whatIsNotAnsweredInTimeIsToldToComeAgainAndTheLateAnswerIsDropped() throws Exception {
    var told = await(client.post(server.actualPort(), "127.0.0.1", "/frozen").send());
    assertEquals(503, told.statusCode());
    assertEquals("application/problem+json", told.getHeader("Content-Type"));
    assertEquals("1", told.getHeader("Retry-After"));

    database.complete();
    await(answered.future());
    assertEquals(404, get("/elsewhere").statusCode(), "the connection goes on");
  }

  @Test
  void aStreamedUploadAndAnAnswerThatHasBegunTakeTheirTime() throws Exception {
    assertEquals("first, and last", get("/slow").bodyAsString());
    var upload =
        client
            .post(server.actualPort(), "127.0.0.1", "/frozen")
            .putHeader("Content-Type", "application/x-ndjson")
            .sendBuffer(Buffer.buffer("{}\n"));
    await(vertx.timer(600, TimeUnit.MILLISECONDS));
    assertFalse(upload.isComplete());
    database.complete();
    assertEquals(201, await(upload).statusCode());
  }

  private HttpResponse<Buffer> get(String path) throws TimeoutException {
    return await(client.get(server.actualPort(), "127.0.0.1", path).send());
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(10, TimeUnit.SECONDS);
  }
}
