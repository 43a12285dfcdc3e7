package dev.boardcast.auth.revocation;

import dev.boardcast.bus.Revocation;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates tokens by another authenticator, and refuses those that were revoked: at once on
 * this node, also when the token was verified before or by a host application. One per node. Thread
 * safe; nothing blocks.
 */
public final class AccessGuard implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(AccessGuard.class);
  // More are found faster by a check of all sessions.
  private static final int MAX_USERS = 100;

  private final Authenticator authenticator;
  private final Predicate<Principal> isSignedByKnownKey;
  private final Clock clock;
  private final Duration leeway;
  private volatile RevocationIndex index = new RevocationIndex();
  // What was read again so far; null unless revocations are read again. Guarded by this.
  private RevocationIndex next;
  private final List<Consumer<AccessChange>> handlers = new CopyOnWriteArrayList<>();
  private volatile boolean blind;

  /**
   * @param isSignedByKnownKey whether the key that signed a principal's token is still accepted
   */
  public AccessGuard(
      Authenticator authenticator, Predicate<Principal> isSignedByKnownKey, Clock clock) {
    this(authenticator, isSignedByKnownKey, clock, Duration.ZERO);
  }

  /**
   * @param isSignedByKnownKey whether the key that signed a principal's token is still accepted
   * @param leeway for how long the authenticator accepts a token after its end
   */
  public AccessGuard(
      Authenticator authenticator,
      Predicate<Principal> isSignedByKnownKey,
      Clock clock,
      Duration leeway) {
    this.authenticator = authenticator;
    this.isSignedByKnownKey = isSignedByKnownKey;
    this.clock = clock;
    this.leeway = leeway;
  }

  /** The guard itself, or a guard that knows no revocations yet. */
  public static AccessGuard of(Authenticator authenticator) {
    return authenticator instanceof AccessGuard guard
        ? guard
        : new AccessGuard(authenticator, any -> true, Clock.systemUTC());
  }

  @Override
  public Future<Principal> authenticate(String token) {
    if (blind) return Future.failedFuture(new Unavailable(AccessRefusal.UNKNOWN.text()));
    return authenticator
        .authenticate(token)
        .compose(
            principal ->
                index.fits(principal, clock.instant())
                    ? Future.failedFuture(new Revoked(AccessRefusal.REVOKED.text()))
                    : Future.succeededFuture(principal));
  }

  /** Why a principal that was authenticated before may no longer act; empty when it may. */
  public Optional<AccessRefusal> refusal(Principal principal) {
    if (index.fits(principal, clock.instant())) return Optional.of(AccessRefusal.REVOKED);
    if (!isSignedByKnownKey.test(principal)) return Optional.of(AccessRefusal.KEY_WITHDRAWN);
    return blind ? Optional.of(AccessRefusal.UNKNOWN) : Optional.empty();
  }

  /** Whether the token of a principal has ended since it was authenticated. */
  public boolean hasExpired(Principal principal) {
    return !clock.instant().minus(leeway).isBefore(principal.expiresAt());
  }

  /** Whether a session was revoked by its id. */
  public boolean isRevoked(String session) {
    return index.fits(session, clock.instant());
  }

  /** Whether the node has been cut off for too long to know the revocations. */
  public boolean isBlind() {
    return blind;
  }

  /** The number of revocations in force. */
  public int size() {
    return index.size();
  }

  /**
   * Calls a handler whenever a principal may have lost its access, on the thread that found out.
   *
   * @return ends that; harmless when run twice
   */
  public Runnable subscribe(Consumer<AccessChange> handler) {
    handlers.add(handler);
    return () -> handlers.remove(handler);
  }

  /** Takes over changes that are committed; those that are known already change nothing. */
  public void apply(Collection<Revocation> changed) {
    Instant now = clock.instant();
    List<Revocation> added = put(changed, now);
    if (added.isEmpty()) return;
    var users = new TreeSet<String>();
    boolean ofUsers = true;
    for (Revocation each : added) {
      if (each.userId() == null || each.userDigest() != null) ofUsers = false;
      else users.add(each.userId());
    }
    tell(
        ofUsers && users.size() <= MAX_USERS
            ? new AccessChange(users, Set.of())
            : AccessChange.OF_ANY);
  }

  /** Keys are no longer accepted, or others have their ids now. */
  public void keysWithdrawn(Set<String> ids) {
    tell(new AccessChange(Set.of(), ids));
  }

  private synchronized List<Revocation> put(Collection<Revocation> changed, Instant now) {
    if (next != null) changed.forEach(each -> next.put(each, now));
    return changed.stream().filter(each -> index.put(each, now)).toList();
  }

  /** All revocations are read again; those that are known are in force until that has ended. */
  synchronized void beginReplacement() {
    next = new RevocationIndex();
  }

  /** Only those are in force that were applied since the replacement began, if one did. */
  void endReplacement() {
    synchronized (this) {
      if (next == null) return;
      index = next;
      next = null;
    }
    tell(AccessChange.OF_ANY);
  }

  void prune() {
    index.prune(clock.instant());
  }

  void setBlind(boolean now) {
    if (blind == now) return;
    blind = now;
    if (now) tell(AccessChange.OF_ANY);
  }

  private void tell(AccessChange change) {
    for (Consumer<AccessChange> handler : handlers) {
      try {
        handler.accept(change);
      } catch (RuntimeException defect) {
        LOG.error("a handler of revocations failed", defect);
      }
    }
  }
}
