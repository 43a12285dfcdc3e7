package dev.boardcast.auth.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Revocation;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AccessGuardTest {
  private static final Principal ANN = principal("ann");
  private static final Principal BOB = principal("bob");
  private static final Principal EVE = principal("eve");

  private final AccessGuard guard =
      new AccessGuard(token -> Future.succeededFuture(ANN), any -> true, Clock.systemUTC());

  @Test
  void revocationsAreInForceUntilTheyWereReadAgain() {
    guard.apply(List.of(of("ann", 8), of("bob", 9)));
    guard.beginReplacement();
    assertTrue(guard.refusal(ANN).isPresent());
    guard.apply(List.of(of("eve", 1)));
    guard.apply(List.of(of("ann", 2)));
    assertTrue(guard.refusal(BOB).isPresent());
    assertTrue(guard.refusal(EVE).isPresent());
    var told = new ArrayList<AccessChange>();
    guard.subscribe(told::add);
    guard.endReplacement();
    assertTrue(guard.refusal(ANN).isPresent());
    assertTrue(guard.refusal(BOB).isEmpty());
    assertTrue(guard.refusal(EVE).isPresent());
    assertEquals(2, guard.size());
    assertEquals(List.of(AccessChange.OF_ANY), told);
    guard.endReplacement();
    assertEquals(2, guard.size());
  }

  private static Principal principal(String user) {
    return new Principal(
        user, Set.of(), Set.of(), Instant.EPOCH, Instant.MAX, Optional.empty(), Optional.empty());
  }

  private static Revocation of(String user, long version) {
    Instant now = Instant.now();
    return new Revocation(
        UUID.randomUUID(),
        version,
        user,
        null,
        null,
        null,
        null,
        "r",
        "root",
        now,
        now.plusSeconds(60),
        null,
        null,
        false,
        null);
  }
}
