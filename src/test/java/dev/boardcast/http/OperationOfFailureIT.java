package dev.boardcast.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import dev.boardcast.testing.Api;
import dev.boardcast.web.ClientAddressResolver;
import dev.boardcast.web.OriginPolicy;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.LimitsConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which operation a request that fails is counted for, and by which code. */
@ExtendWith(VertxExtension.class)
class OperationOfFailureIT {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Promise<Void> begun = Promise.promise();
  private int port;

  @BeforeEach
  void start(Vertx vertx) {
    Authenticator anybody = token -> Future.succeededFuture(Principal.ANONYMOUS);
    Routes things =
        router -> {
          router
              .get("/things/all")
              .setName("listThings")
              .handler(context -> context.fail(Problem.of(409, "Conflict", "not now")));
          router.get("/things/never").setName("awaitThing").handler(context -> begun.tryComplete());
          EarlyCheck.on(router.get("/things/:id"), context -> {})
              .setName("getThing")
              .handler(context -> context.fail(Problem.notFound("this thing")));
        };
    var limits =
        new ClientLimits(
            LimitsConfig.DEFAULTS, new ClientAddressResolver(List.of()), Optional.of(registry));
    var router =
        new ApiRouter(
            HttpConfig.DEFAULTS,
            anybody,
            OriginPolicy.PUBLIC,
            List.of(),
            List.of(things),
            limits,
            Optional.empty());
    var api = new HttpApiVerticle("127.0.0.1", 0, HttpConfig.DEFAULTS, router);
    Api.await(vertx.deployVerticle(api));
    port = api.port();
  }

  @Test
  void aLiteralPathBesideATemplateIsAnOperationOfItsOwn(Vertx vertx) {
    assertEquals(409, status(vertx, "/things/all"));
    assertEquals(404, status(vertx, "/things/7"));
    assertCounted("listThings", 409);
    assertCounted("getThing", 404);
  }

  @Test
  void aRequestWhoseClientLeavesIsNoSuccess(Vertx vertx) {
    var client = vertx.createHttpClient();
    var request = Api.await(client.request(HttpMethod.GET, port, "127.0.0.1", "/things/never"));
    request.send();
    Api.await(begun.future());
    request.connection().close();
    assertCounted("awaitThing", 499);
  }

  private int status(Vertx vertx, String path) {
    return Api.await(WebClient.create(vertx).get(port, "127.0.0.1", path).send()).statusCode();
  }

  private void assertCounted(String route, int code) {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    List.of(Integer.toString(code)),
                    registry.find("boardcast.http.requests").tag("route", route).counters().stream()
                        .map((Counter each) -> each.getId().getTag("code"))
                        .toList()));
  }
}
