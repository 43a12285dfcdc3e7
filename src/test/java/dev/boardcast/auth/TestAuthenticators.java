package dev.boardcast.auth;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Authenticator.Unauthenticated;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** Starts authenticators with short intervals, and waits for their results. */
final class TestAuthenticators {
  private static final JwtAuthenticator.Timing QUICK =
      new JwtAuthenticator.Timing(
          Duration.ofMillis(20),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3));

  private TestAuthenticators() {}

  static AuthConfig config(List<String> secrets, List<Path> files) {
    return Settings.of(
        AuthConfig.class,
        "jwt-secret=" + String.join(",", secrets),
        "jwt-keys=" + files.stream().map(Path::toString).collect(Collectors.joining(",")));
  }

  static JwtAuthenticator ofSecret(Vertx vertx) {
    return start(vertx, AuthConfig.ofSecret(Tokens.SECRET));
  }

  static JwtAuthenticator start(Vertx vertx, AuthConfig config) {
    return await(JwtAuthenticator.start(vertx, config, QUICK));
  }

  static Principal accept(Authenticator authenticator, String token) {
    return await(authenticator.authenticate(token));
  }

  static String refuse(Authenticator authenticator, String token) {
    var failure = assertThrows(CompletionException.class, () -> accept(authenticator, token));
    return assertThrows(
            Unauthenticated.class,
            () -> {
              throw failure.getCause();
            })
        .getMessage();
  }

  static void until(Vertx vertx, Authenticator who, String token, boolean accepted) {
    await(again(vertx, who, token, accepted));
  }

  static Future<Void> again(Vertx vertx, Authenticator who, String token, boolean wanted) {
    return who.authenticate(token)
        .transform(
            answer ->
                answer.succeeded() == wanted
                    ? Future.succeededFuture()
                    : vertx.timer(10).compose(later -> again(vertx, who, token, wanted)));
  }

  static <T> T await(Future<T> future) {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
        .join();
  }
}
