package dev.boardcast.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class TokenCheckIT {
  @Test
  void aTokenThatCannotBeCheckedNowMayBeSentAgain(Vertx vertx) {
    Authenticator away =
        token -> Future.failedFuture(new Authenticator.Unavailable("the keys are away"));
    var api =
        new HttpApiVerticle(
            "127.0.0.1",
            0,
            HttpConfig.DEFAULTS,
            new ApiRouter(HttpConfig.DEFAULTS, away, List.of(), List.of()));
    Api.await(vertx.deployVerticle(api));

    var answer =
        Api.await(
            WebClient.create(vertx)
                .get(api.port(), "127.0.0.1", "/")
                .bearerTokenAuthentication("any")
                .send());

    assertEquals(503, answer.statusCode());
    assertEquals("5", answer.getHeader("Retry-After"));
    assertEquals("the keys are away", answer.bodyAsJsonObject().getString("detail"));
  }
}
