package dev.boardcast.gateway;

import dev.boardcast.gateway.session.SessionPermit;
import dev.boardcast.web.limits.Budget;
import dev.boardcast.web.limits.Budget.Grant;
import dev.boardcast.web.limits.ClientLimits;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Admits client connections of one node within its limits: sessions of the node, of a path, of an
 * address and of a user, and new sessions per second. Counts over all event loops and ports; thread
 * safe.
 */
final class AdmissionControl {
  private final AdmissionConfig config;
  private final ConnectionLimit node;
  private final PathConnectionLimit paths;
  private final Counts addresses = new Counts();
  private final Counts users = new Counts();
  private final Budget anonymous;
  private final ClientLimits limits;
  private long windowStart = System.nanoTime();
  private int inWindow;

  public AdmissionControl(GatewayConfig config, ClientLimits limits) {
    this.config = config.admission();
    this.limits = limits;
    this.anonymous =
        new Budget(
            orUnlimited(this.config.anonymousSessions()),
            orUnlimited(this.config.anonymousSessionsPerAddress()));
    this.node = new ConnectionLimit(config.maxSessions());
    this.paths = new PathConnectionLimit(config.pathLimits());
  }

  private static long orUnlimited(int limit) {
    return limit == 0 ? Long.MAX_VALUE : limit;
  }

  /** A permit for one connection. Releasing it again has no effect. */
  final class Permit implements SessionPermit {
    private final ConnectionLimit path;
    private final String address;
    private final AtomicBoolean released = new AtomicBoolean();
    private final AtomicBoolean identified = new AtomicBoolean();
    private String user;

    private Permit(ConnectionLimit path, String address) {
      this.path = path;
      this.address = address;
    }

    @Override
    public boolean assignTo(String id) {
      if (!users.acquire(id, config.sessionsPerUser())) return false;
      user = id;
      identify();
      return true;
    }

    @Override
    public boolean isOverRefusedTokens() {
      return limits.failures().count(address).isPresent();
    }

    private void identify() {
      if (identified.compareAndSet(false, true)) anonymous.release(address, 1);
    }

    @Override
    public void release() {
      if (!released.compareAndSet(false, true)) return;
      node.release();
      path.release();
      addresses.release(address, config.sessionsPerAddress());
      identify();
      if (user != null) users.release(user, config.sessionsPerUser());
    }
  }

  /**
   * The answer to a connection.
   *
   * @param reason why there is no permit; null where there is one
   */
  record Decision(Optional<Permit> permit, RefusalReason reason) {
    private static Decision refused(RefusalReason reason) {
      return new Decision(Optional.empty(), reason);
    }
  }

  /**
   * Decides on a new connection.
   *
   * @param path relative to where the gateway is mounted, as path limits name it
   * @param address of the client
   */
  public Decision admit(String path, String address) {
    if (!isWithinRate(System.nanoTime())) return Decision.refused(RefusalReason.RATE);
    ConnectionLimit ofPath = paths.of(path);
    if (!ofPath.acquire()) return Decision.refused(RefusalReason.PATH_FULL);
    if (!node.acquire()) {
      ofPath.release();
      return Decision.refused(RefusalReason.NODE_FULL);
    }
    if (!addresses.acquire(address, config.sessionsPerAddress())) {
      node.release();
      ofPath.release();
      return Decision.refused(RefusalReason.ADDRESS_FULL);
    }
    if (anonymous.acquire(address, 1) != Grant.GRANTED) {
      addresses.release(address, config.sessionsPerAddress());
      node.release();
      ofPath.release();
      return Decision.refused(RefusalReason.ANONYMOUS_FULL);
    }
    return new Decision(Optional.of(new Permit(ofPath, address)), null);
  }

  /** Counts the sessions of the node. */
  public ConnectionLimit node() {
    return node;
  }

  private synchronized boolean isWithinRate(long now) {
    if (now - windowStart >= AdmissionConfig.WINDOW.toNanos()) {
      windowStart = now;
      inWindow = 0;
    }
    return ++inWindow <= config.connectsPerSecond();
  }

  /** Counts connections by key, where they are limited. */
  private static final class Counts {
    private final Map<String, Integer> acquired = new ConcurrentHashMap<>();

    /**
     * @param limit 0 for none
     */
    boolean acquire(String key, int limit) {
      if (limit == 0) return true;
      boolean[] free = new boolean[1];
      acquired.compute(
          key,
          (same, before) -> {
            int count = before == null ? 0 : before;
            free[0] = count < limit;
            return free[0] ? Integer.valueOf(count + 1) : before;
          });
      return free[0];
    }

    void release(String key, int limit) {
      if (limit == 0) return;
      acquired.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }
  }
}
