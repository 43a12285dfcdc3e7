package dev.boardcast.auth.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Revocation;
import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RevocationIndexTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Instant END = NOW.plusSeconds(60);
  private static final Principal ANN = principal("ann", "t1", "k1", NOW.minusSeconds(30));
  private static final Principal BOB = principal("bob", "t2", "k2", NOW.minusSeconds(30));

  private static final String DIGEST = UserDigest.of("salt", "bob").text();

  private RevocationIndex index = new RevocationIndex();

  @Test
  void eachCriterionFitsItsOwn() {
    assertFits(of(1, "ann", null, null, null));
    assertFits(of(2, null, "t1", null, null));
    assertFits(of(3, null, null, "k1", null));
    assertFits(of(4, "ann", null, null, NOW));
    assertFits(of(5, null, null, "k1", NOW));
  }

  @Test
  void aTimeOfIssueAloneFitsEverybody() {
    Revocation all = of(1, null, null, null, NOW.minusSeconds(20));
    assertTrue(index.put(all, NOW));
    assertTrue(index.fits(ANN, NOW));
    assertTrue(index.fits(BOB, NOW));
    assertFalse(index.fits(principal("ann", "t1", "k1", NOW.minusSeconds(20)), NOW));
  }

  @Test
  void severalOfOneUserAreIndependent() {
    Revocation older = of(1, "ann", null, null, NOW.minusSeconds(60));
    Revocation newer = of(2, "ann", null, null, NOW);
    index.put(newer, NOW);
    index.put(older, NOW);
    assertTrue(index.fits(ANN, NOW));
    index.put(lifted(newer, 3), NOW);
    assertFalse(index.fits(ANN, NOW));
    assertEquals(1, index.size());
  }

  @Test
  void anOlderVersionDoesNotReturn() {
    Revocation revocation = of(1, "ann", null, null, null);
    assertTrue(index.put(revocation, NOW));
    assertFalse(index.put(revocation, NOW), "the same once more");
    index.put(lifted(revocation, 2), NOW);
    assertEquals(0, index.size());
    assertFalse(index.fits(ANN, NOW));
  }

  @Test
  void itEnds() {
    index.put(of(1, "ann", null, null, null), NOW);
    assertFalse(index.fits(ANN, END));
    index.prune(END);
    assertEquals(0, index.size());
  }

  private void assertFits(Revocation revocation) {
    assertFalse(index.fits(ANN, NOW));
    assertTrue(index.put(revocation, NOW));
    assertTrue(index.fits(ANN, NOW), revocation.toString());
    assertFalse(index.fits(BOB, NOW), revocation.toString());
    index = new RevocationIndex();
  }

  @Test
  void anErasedUserIsKnownByADigest() {
    var plain = of(1, "bob", null, null, NOW);
    var index = new RevocationIndex();
    index.put(plain, NOW);
    index.put(erased(plain, DIGEST), NOW);
    var old = principal("bob", "t", "k", NOW.minusSeconds(1));
    assertTrue(index.fits(old, NOW));
    assertFalse(index.fits(principal("bob", "t", "k", NOW), NOW));
    assertFalse(index.fits(principal("bobby", "t", "k", NOW.minusSeconds(1)), NOW));
    assertFalse(index.fits(principal("erased-1", "t", "k", NOW.minusSeconds(1)), NOW));
    index.prune(END);
    assertFalse(index.fits(old, NOW));
  }

  @Test
  void oneWhoseNameBecomesADigestIsFoundAllTheWhile() throws Exception {
    var shown = new AtomicReference<RevocationIndex>();
    var isDone = new AtomicBoolean();
    var misses = new AtomicInteger();
    var reading =
        new Thread(
            () -> {
              while (!isDone.get()) {
                RevocationIndex current = shown.get();
                if (current != null && !current.fits(BOB, NOW)) misses.incrementAndGet();
              }
            });
    reading.start();
    for (int i = 0; i < 100_000; i++) {
      var swapped = new RevocationIndex();
      Revocation plain = of(1, "bob", null, null, NOW);
      swapped.put(plain, NOW);
      shown.set(swapped);
      swapped.put(erased(plain, DIGEST), NOW);
    }
    isDone.set(true);
    reading.join();
    assertEquals(0, misses.get());
  }

  private static Principal principal(String user, String token, String key, Instant issued) {
    return new Principal(
        user, Set.of(), Set.of(), issued, Instant.MAX, Optional.of(token), Optional.of(key));
  }

  private static Revocation of(
      long version, String user, String token, String key, Instant issuedBefore) {
    return new Revocation(
        UUID.randomUUID(),
        version,
        user,
        null,
        token,
        key,
        issuedBefore,
        "reason",
        "root",
        NOW,
        END,
        null,
        null,
        false,
        null);
  }

  private static Revocation erased(Revocation plain, String digest) {
    return new Revocation(
        plain.id(),
        2,
        "erased-1",
        null,
        null,
        null,
        NOW,
        "r",
        "root",
        NOW,
        END,
        null,
        null,
        false,
        digest);
  }

  private static Revocation lifted(Revocation revocation, long version) {
    return new Revocation(
        revocation.id(),
        version,
        revocation.userId(),
        revocation.session(),
        revocation.tokenId(),
        revocation.keyId(),
        revocation.issuedBefore(),
        revocation.reason(),
        revocation.createdBy(),
        revocation.createdAt(),
        revocation.until(),
        "root",
        NOW,
        revocation.own(),
        revocation.userDigest());
  }
}
