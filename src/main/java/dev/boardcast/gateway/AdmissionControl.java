package dev.boardcast.gateway;

import dev.boardcast.gateway.session.SessionPermit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * ConnectionLimit of a node, counted over all its event loops: of the node, of single paths, of
 * addresses and of users, and how many may be taken in a second. Safe from any thread.
 */
public final class AdmissionControl {
  private final AdmissionConfig config;
  private final ConnectionLimit node;
  private final PathConnectionLimit paths;
  private final Counts addresses = new Counts();
  private final Counts users = new Counts();
  private long windowBegan = System.nanoTime();
  private int inWindow;

  public AdmissionControl(GatewayConfig config) {
    this.config = config.admission();
    this.node = new ConnectionLimit(config.maxSessions());
    this.paths = new PathConnectionLimit(config.pathLimits());
  }

  /** One client's place; given back once, however often that is said. */
  public final class Seat implements SessionPermit {
    private final ConnectionLimit ofPath;
    private final ClientAddressResolver.Origin origin;
    private final AtomicBoolean given = new AtomicBoolean();
    private String user;

    private Seat(ConnectionLimit ofPath, ClientAddressResolver.Origin origin) {
      this.ofPath = ofPath;
      this.origin = origin;
    }

    @Override
    public boolean isVia(String node) {
      return node.equals(origin.via());
    }

    @Override
    public boolean assignTo(String whom) {
      if (!users.take(whom, config.sessionsPerUser())) return false;
      user = whom;
      return true;
    }

    @Override
    public void release() {
      if (!given.compareAndSet(false, true)) return;
      node.giveBack();
      ofPath.giveBack();
      addresses.giveBack(origin.address(), config.sessionsPerAddress());
      if (user != null) users.giveBack(user, config.sessionsPerUser());
    }
  }

  /** A seat, or why there is none. */
  public record Answer(Optional<Seat> seat, String refusal) {
    private static Answer no(String why) {
      return new Answer(Optional.empty(), why);
    }
  }

  public Answer ask(String path, ClientAddressResolver.Origin origin) {
    if (!isInRate(System.nanoTime())) return Answer.no("too many clients come at once");
    ConnectionLimit ofPath = paths.of(path);
    if (!ofPath.take()) return Answer.no("the path is full on this node");
    if (!node.take()) {
      ofPath.giveBack();
      return Answer.no("the node is full");
    }
    if (!addresses.take(origin.address(), config.sessionsPerAddress())) {
      node.giveBack();
      ofPath.giveBack();
      return Answer.no("too many sessions from one address");
    }
    return new Answer(Optional.of(new Seat(ofPath, origin)), null);
  }

  /** SessionRegistry there are. */
  public ConnectionLimit node() {
    return node;
  }

  private synchronized boolean isInRate(long now) {
    if (now - windowBegan >= AdmissionConfig.WINDOW.toNanos()) {
      windowBegan = now;
      inWindow = 0;
    }
    return ++inWindow <= config.connectsPerSecond();
  }

  /** How many there are of each, where that is bounded. */
  private static final class Counts {
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    boolean take(String whose, int most) {
      if (most == 0) return true;
      boolean[] free = new boolean[1];
      taken.compute(
          whose,
          (who, before) -> {
            int now = before == null ? 0 : before;
            free[0] = now < most;
            return free[0] ? Integer.valueOf(now + 1) : before;
          });
      return free[0];
    }

    void giveBack(String whose, int most) {
      if (most == 0) return;
      taken.computeIfPresent(whose, (who, now) -> now == 1 ? null : now - 1);
    }
  }
}
