package dev.boardcast.auth.revocation;

import dev.boardcast.bus.Revocation;
import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Holds the revocations in force, by what they revoke: a check costs one look-up for each
 * criterion, however many there are. Thread safe.
 */
final class RevocationIndex {
  private final Map<UUID, Revocation> byId = new ConcurrentHashMap<>();
  private final Map<Criterion, Map<String, List<Revocation>>> bySubject =
      new EnumMap<>(Criterion.class);

  // How many revocations have each salt of digests.
  private final Map<String, Integer> salts = new ConcurrentHashMap<>();

  private enum Criterion {
    SESSION,
    TOKEN,
    KEY,
    USER,
    ERASED_USER,
    ANY
  }

  /** What a revocation is found by; a time is checked then. */
  private record Subject(Criterion criterion, String value) {
    static Subject of(Revocation revocation) {
      if (revocation.session() != null) return new Subject(Criterion.SESSION, revocation.session());
      if (revocation.tokenId() != null) return new Subject(Criterion.TOKEN, revocation.tokenId());
      if (revocation.userDigest() != null) {
        return new Subject(Criterion.ERASED_USER, revocation.userDigest());
      }
      if (revocation.userId() != null) return new Subject(Criterion.USER, revocation.userId());
      if (revocation.keyId() != null) return new Subject(Criterion.KEY, revocation.keyId());
      return new Subject(Criterion.ANY, "");
    }
  }

  RevocationIndex() {
    for (Criterion each : Criterion.values()) bySubject.put(each, new ConcurrentHashMap<>());
  }

  /**
   * Adds a revocation, or replaces an older version of it; one that is not in force is removed.
   *
   * @return whether it may fit more than before
   */
  synchronized boolean put(Revocation revocation, Instant now) {
    Revocation before = byId.get(revocation.id());
    if (before != null && before.version() >= revocation.version()) return false;
    if (!revocation.isActive(now)) {
      if (before != null) remove(before);
      return false;
    }
    byId.put(revocation.id(), revocation);
    if (revocation.userDigest() != null) salts.merge(salt(revocation), 1, Integer::sum);
    Subject subject = Subject.of(revocation);
    bySubject
        .get(subject.criterion())
        .merge(
            subject.value(),
            List.of(revocation),
            (some, one) -> Stream.concat(some.stream(), one.stream()).toList());
    // Only now: checks take no lock, and would find neither in between.
    if (before != null) remove(before);
    return true;
  }

  /** Removes those that have ended. */
  synchronized void prune(Instant now) {
    byId.values().stream().filter(each -> !each.isActive(now)).toList().forEach(this::remove);
  }

  int size() {
    return byId.size();
  }

  /** Whether tokens of the principal may no longer be used. */
  boolean fits(Principal principal, Instant now) {
    if (byId.isEmpty()) return false;
    return fits(Criterion.USER, Optional.of(principal.user()), principal.issuedAt(), now)
        || fitsErased(principal, now)
        || fits(Criterion.TOKEN, principal.tokenId(), principal.issuedAt(), now)
        || fits(Criterion.KEY, principal.keyId(), principal.issuedAt(), now)
        || fits(Criterion.ANY, Optional.of(""), principal.issuedAt(), now);
  }

  /** Erased users are known by a digest only; they share a salt, so that one look-up suffices. */
  private boolean fitsErased(Principal principal, Instant now) {
    for (String salt : salts.keySet()) {
      var digest = Optional.of(UserDigest.of(salt, principal.user()).text());
      if (fits(Criterion.ERASED_USER, digest, principal.issuedAt(), now)) return true;
    }
    return false;
  }

  /** Whether a session was revoked by its id. */
  boolean fits(String session, Instant now) {
    return !byId.isEmpty() && fits(Criterion.SESSION, Optional.of(session), Instant.EPOCH, now);
  }

  private boolean fits(Criterion criterion, Optional<String> value, Instant issued, Instant now) {
    if (value.isEmpty()) return false;
    for (Revocation each : bySubject.get(criterion).getOrDefault(value.get(), List.of())) {
      boolean inTime = each.issuedBefore() == null || issued.isBefore(each.issuedBefore());
      if (inTime && each.isActive(now)) return true;
    }
    return false;
  }

  private static String salt(Revocation revocation) {
    return UserDigest.parse(revocation.userDigest()).salt();
  }

  private void remove(Revocation revocation) {
    byId.remove(revocation.id(), revocation);
    if (revocation.userDigest() != null) {
      salts.computeIfPresent(salt(revocation), (salt, n) -> n == 1 ? null : n - 1);
    }
    Subject subject = Subject.of(revocation);
    bySubject
        .get(subject.criterion())
        .computeIfPresent(
            subject.value(),
            (value, some) -> {
              // By identity: a newer version may have the same subject.
              List<Revocation> others = some.stream().filter(each -> each != revocation).toList();
              return others.isEmpty() ? null : others;
            });
  }
}
