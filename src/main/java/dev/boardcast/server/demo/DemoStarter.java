package dev.boardcast.server.demo;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.TokenIssuer;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Adds a sign-in without passwords and generated traffic to a node. */
public final class DemoStarter {
  private static final Duration TRAFFIC_TOKEN = Duration.ofMinutes(5);
  // Short, so that the pages show how tokens are renewed.
  private static final Duration SIGN_IN_TOKEN = Duration.ofMinutes(15);

  private final String host;
  private final boolean tls;
  private final TokenIssuer issuer;

  private DemoStarter(String host, boolean tls, TokenIssuer issuer) {
    this.host = host;
    this.tls = tls;
    this.issuer = issuer;
  }

  /**
   * Makes the demo of a node that listens on this host. Reads files.
   *
   * @param tls whether its ports use TLS
   * @throws IllegalArgumentException if there is no secret to sign tokens with
   */
  public static DemoStarter of(AuthConfig auth, String host, boolean tls) {
    try {
      return new DemoStarter(host, tls, TokenIssuer.of(auth));
    } catch (IllegalArgumentException noSecret) {
      throw new IllegalArgumentException(
          "demo needs a secret to sign tokens with; " + noSecret.getMessage());
    }
  }

  /** The endpoint that issues tokens to the demo's users; deploy it with the node. */
  public BoardModule signIn() {
    return context -> List.of(new DemoSignIn(user -> token(user, role(user), SIGN_IN_TOKEN)));
  }

  /** Starts the traffic to the node, once it listens on that port. */
  public Future<?> start(Vertx vertx, int port) {
    return vertx.deployVerticle(
        new DemoVerticle(host, port, tls, user -> token(user, Principal.INGEST, TRAFFIC_TOKEN)));
  }

  private String token(String user, String role, Duration validFor) {
    return issuer.issue(user, Set.of(DemoVerticle.TEAM), Set.of(role), validFor);
  }

  private static String role(String user) {
    return user.equals(DemoSignIn.ADMIN) ? Principal.ADMIN : Principal.INGEST;
  }
}
