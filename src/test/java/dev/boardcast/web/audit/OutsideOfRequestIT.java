package dev.boardcast.web.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.bus.OutsideOfRequest;
import dev.boardcast.engine.Scheduler;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.loop.HedgedCalls;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a request begins for all names no request in the log. */
@ExtendWith(VertxExtension.class)
class OutsideOfRequestIT {
  private final Promise<String> own = Promise.promise();
  private final Promise<String> scheduled = Promise.promise();
  private final Promise<String> called = Promise.promise();
  private final Promise<String> later = Promise.promise();
  private final Promise<String> hedged = Promise.promise();
  private final Promise<String> after = Promise.promise();

  @Test
  void onlyItsOwnTimersHaveTheRequest(Vertx vertx) {
    var scheduler = Scheduler.of(vertx);
    var server =
        Api.await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      RequestId.set(request);
                      vertx.setTimer(1, due -> own.complete(RequestContext.id()));
                      scheduler.schedule(
                          Duration.ofMillis(1), () -> scheduled.complete(RequestContext.id()));
                      loop(vertx).later(1, () -> later.complete(RequestContext.id()));
                      new HedgedCalls(vertx)
                          .call(
                              () -> Promise.<String>promise().future(),
                              () -> {
                                hedged.complete(RequestContext.id());
                                return Future.succeededFuture("");
                              });
                      called.complete(OutsideOfRequest.call(RequestContext::id));
                      after.complete(RequestContext.id());
                      request.response().end();
                    })
                .listen(0, "127.0.0.1"));
    vertx
        .createHttpClient()
        .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
        .compose(request -> request.putHeader(RequestId.HEADER, "my.id").send());
    assertEquals("my.id", Api.await(own.future()));
    assertEquals(null, Api.await(scheduled.future()));
    assertEquals(null, Api.await(called.future()));
    assertEquals(null, Api.await(later.future()));
    assertEquals(null, Api.await(hedged.future()));
    assertEquals("my.id", Api.await(after.future()));
  }

  private static GatewayLoop loop(Vertx vertx) {
    return new GatewayLoop(vertx, null, null, null, null, null, null, null, null);
  }
}
