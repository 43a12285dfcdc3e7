package dev.boardcast.testing;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Accepts tokens in plain text, for tests of what follows authentication: {@code user}, {@code
 * user;team,team}, {@code user;team;role,role}, {@code user;team;role;2026-01-31T12:00:00Z} (when
 * it was issued; otherwise now), and after another semicolon when it expires.
 */
public final class TextTokens implements Authenticator {
  @Override
  public Future<Principal> authenticate(String token) {
    String[] parts = token.split(";", -1);
    if (parts[0].isEmpty()) return Future.failedFuture(new Unauthenticated("no user"));
    Instant issued = parts.length > 3 ? Instant.parse(parts[3]) : Instant.now();
    Instant expires = parts.length > 4 ? Instant.parse(parts[4]) : Instant.MAX;
    return Future.succeededFuture(
        new Principal(parts[0], list(parts, 1), list(parts, 2), issued, expires));
  }

  private static Set<String> list(String[] parts, int index) {
    if (parts.length <= index) return Set.of();
    return Arrays.stream(parts[index].split(","))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.toSet());
  }
}
