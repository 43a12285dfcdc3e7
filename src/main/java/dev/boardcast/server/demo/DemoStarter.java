package dev.boardcast.server.demo;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.auth.TokenIssuer;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Gives the demo's people their tokens and lets them in. */
public final class DemoStarter {
  private static final Duration SHORT = Duration.ofMinutes(5);
  private static final Duration SIGNED_IN = Duration.ofMinutes(15);

  private DemoStarter() {}

  /**
   * Lets a person of the demo in at one click; short, so that pages show how tokens are renewed.
   */
  public static BoardModule signIn(BoardcastOptions config) {
    return context -> List.of(new DemoSignIn(user -> token(TokenIssuer.of(config.auth()), user)));
  }

  private static String token(TokenIssuer issuer, String user) {
    Set<String> roles =
        user.equals(DemoSignIn.ADMIN) ? Set.of(Principal.ADMIN) : Set.of(Principal.INGEST);
    return issuer.issue(user, Set.of(DemoVerticle.TEAM), roles, SIGNED_IN);
  }

  /**
   * @return fails when there is no secret to sign tokens with
   */
  public static Future<?> start(Vertx vertx, BoardcastOptions config, Boardcast boardcast) {
    try {
      var issuer = TokenIssuer.of(config.auth());
      return vertx.deployVerticle(
          new DemoVerticle(
              config.host(),
              boardcast.httpPort(),
              user ->
                  issuer.issue(user, Set.of(DemoVerticle.TEAM), Set.of(Principal.INGEST), SHORT)));
    } catch (IllegalArgumentException noSecret) {
      return Future.failedFuture(
          new IllegalArgumentException("demo needs a jwt-secret to sign tokens", noSecret));
    }
  }
}
