package dev.boardcast.lab.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A client that subscribes to its topics and reconnects as the protocol says, with its offsets.
 *
 * <p>Every other client is active: it closes a connection on which nothing comes, and on a {@code
 * goaway} it moves: it opens another connection, and closes the first when the other is live. The
 * others wait until the node closes, as older clients do. Confined to one event loop unless a
 * method says otherwise.
 */
final class LabClient {
  private static final long HANDSHAKE_MICROS = 5_000_000;
  private static final long SILENCE_MICROS = 3_000_000;
  private static final long PING_MICROS = 1_000_000;
  private static final int SMALL_LAG = 3;
  private static final Duration SHORT_TOKEN = Duration.ofSeconds(5);

  // How often a proxy offers a connection to another node.
  private static final int REDISPATCHES = 2;

  private final int number;
  private final ClientBehavior behavior;
  private final ClientPool pool;
  private final EventLoop loop;
  private final List<ClientLedger> ledgers;
  private final BehaviorDriver driver;
  private final ClientFreshness freshness;
  private LabSession current;
  // The connection that replaces the current one when it is live.
  private LabSession next;
  private boolean stopped;
  private int attempts;
  private int redispatches;
  private long pingedAt;
  // Whether this connection has caught up with steady clients: then what it lacks is buffered.
  private boolean caughtUp;
  private final Backlog backlog = new Backlog();
  private String group = "";
  private volatile boolean live;
  private volatile long maxBacklog;

  LabClient(
      int number,
      ClientBehavior behavior,
      ClientPool pool,
      EventLoop loop,
      List<ClientLedger> ledgers) {
    this.number = number;
    this.behavior = behavior;
    this.pool = pool;
    this.loop = loop;
    this.ledgers = ledgers;
    this.driver = BehaviorDriver.of(behavior);
    this.freshness = pool.newFreshness();
  }

  EventLoop loop() {
    return loop;
  }

  List<ClientLedger> ledgers() {
    return ledgers;
  }

  /** The board that it also subscribes to. */
  Optional<String> board() {
    return pool.board();
  }

  /** Whether it is subscribed to all of its topics. Thread safe. */
  boolean isLive() {
    return live;
  }

  /** Most events that were buffered for it at any time. Thread safe. */
  long maxBacklog() {
    return maxBacklog;
  }

  /** Its connection as it is now, as far as another thread sees that. */
  String describe() {
    LabSession session = current;
    if (session == null) return "not connected";
    return "%s on node %d, where something came %d ms ago"
        .formatted(
            live ? "live" : "not live",
            session.node(),
            (EventMarker.now() - session.receivedAt()) / 1_000);
  }

  void connect() {
    if (current != null || stopped || pool.isClosed()) return;
    // A new client resumes nothing from the log.
    caughtUp = !ledgers.get(0).isSubscribed();
    backlog.reset();
    current = open(false);
  }

  /** Resets its connection. */
  void disconnect() {
    if (current != null) current.connection().reset();
  }

  /** Closes its connections and does not reconnect. */
  void stop() {
    stopped = true;
    live = false;
    if (current != null) current.connection().close();
    if (next != null) next.connection().close();
  }

  /** Makes it behave as a steady client from now on. */
  void becomeSteady() {
    driver.becomeSteady(current == null ? null : current.connection());
  }

  /**
   * Begins a window of its freshness.
   *
   * @param ended name of the window before; null for none
   * @param node addresses of the node that the fault happens to
   */
  void startWindow(String ended, Set<String> node) {
    long now = EventMarker.now();
    if (ended == null) {
      freshness.begin(now);
    } else if (behavior == ClientBehavior.STEADY) {
      pool.windows().add(ended, group, freshness.next(waitingSince(), now), board().isPresent());
    }
    boolean isOfNode = current != null && node.contains(pool.authority(current.node()));
    if (node.isEmpty()) group = "all";
    else if (!isOfNode) group = "of other nodes";
    else group = isActive() ? "of the node: move" : "of the node: wait";
  }

  /** Adds the whole run. */
  void endWindows(String whole) {
    if (behavior != ClientBehavior.STEADY) return;
    ClientFreshness.Worst worst = freshness.whole(waitingSince(), EventMarker.now());
    pool.windows().add(whole, "all", worst, board().isPresent());
  }

  private long waitingSince() {
    long since = 0;
    for (ClientLedger each : ledgers) {
      long waiting = each.ledger().waitingSince(each.newest());
      if (waiting > 0 && (since == 0 || waiting < since)) since = waiting;
    }
    return since;
  }

  private boolean isActive() {
    return (number >> 1) % 2 == 0;
  }

  private LabSession open(boolean isMove) {
    String token =
        behavior == ClientBehavior.EXPIRED
            ? pool.tokens().client(SHORT_TOKEN)
            : pool.tokens().client();
    int node = pool.balancer().choose();
    var session = new LabSession(this, ledgers, node, isMove);
    session.attach(pool.connect(node, behavior, token, loop, session));
    return session;
  }

  /** Called every {@link ClientPool#TICK_MILLIS}. */
  void tick(long now) {
    if (next != null && now - next.startedAt() > HANDSHAKE_MICROS) {
      pool.statistics().timedOut();
      next.connection().reset();
    }
    if (current == null) return;
    if (current.isOpen()) driver.tick(current.connection(), now);
    if (current == null) return;
    if (current.isLive()) {
      checkLiveness(now);
      sampleBacklog();
    } else if (now - current.startedAt() > HANDSHAKE_MICROS) {
      pool.statistics().timedOut();
      current.connection().reset();
    }
  }

  private void sampleBacklog() {
    ClientLedger client = ledgers.get(0);
    int others = client.ledger().newestReceived();
    if (others - client.newest() < SMALL_LAG) caughtUp = true;
    if (caughtUp) backlog.sample(others, client.newest());
    maxBacklog = backlog.max();
  }

  private void checkLiveness(long now) {
    if (!driver.isReading()) return;
    long silence = now - current.receivedAt();
    if (isActive() && silence > SILENCE_MICROS) {
      pool.statistics().abandoned();
      current.connection().reset();
    } else if (silence > PING_MICROS && now - pingedAt > PING_MICROS) {
      pingedAt = now;
      current.connection().ping();
    }
  }

  void opened(LabSession session) {
    redispatches = 0;
    pool.balancer().opened(session.node());
    driver.opened(session.connection(), session.receivedAt());
  }

  void readComplete(LabSession session) {
    driver.readComplete(session.connection(), EventMarker.now());
  }

  void received(LabSession session, ClientLedger client, EventMarker marker, EventOffset offset) {
    long now = EventMarker.now();
    if (!client.received(marker, offset, now, pool.faultEnd())) return;
    freshness.event(client.ledger().acknowledgedAt(marker.number()), now);
    if (caughtUp && session == current && client == ledgers.get(0)) {
      backlog.received(marker.number());
    }
    pool.statistics().received(behavior, now - marker.dueMicros());
    if (behavior == ClientBehavior.STEADY) client.ledger().received(marker.number());
  }

  void snapshot(JsonNode message) {
    pool.snapshots().received(behavior, message.path("offset").asText());
    // One that is marked as stale says itself how old it is.
    if (message.path("stale").asBoolean()) return;
    freshness.snapshot(EventMarker.micros(message.path("timestamp").asText()), EventMarker.now());
  }

  void error(String code) {
    pool.statistics().error(code);
  }

  /** All topics of a connection are subscribed. */
  void live(LabSession session) {
    attempts = 0;
    pool.statistics().connected(session.stages());
    if (session.isMove()) pool.statistics().moved(session == next, session.isRecovered());
    if (session == next) {
      LabSession left = current;
      takeOver();
      left.connection().close();
    }
    live = true;
  }

  private void takeOver() {
    current = next;
    next = null;
    current.takeOver();
    caughtUp = false;
    backlog.reset();
  }

  void closed(LabSession session, int code) {
    pool.balancer().ended(session.node(), session.isOpen());
    if (session == next) {
      next = null;
      if (stopped || pool.isClosed()) return;
      pool.statistics().closed(code, false);
      moveAfter(retryMillis(session, code));
    } else if (session == current) {
      currentClosed(session, code);
    }
  }

  private void currentClosed(LabSession session, int code) {
    boolean wasLive = current.isLive();
    current = null;
    live = false;
    if (stopped || pool.isClosed()) return;
    pool.statistics().closed(code, wasLive);
    if (wasLive) attempts = 0;
    if (!ReconnectPolicy.reconnects(code)) {
      stop();
    } else if (next != null) {
      takeOver();
    } else {
      long ofBehavior = driver.reconnectMillis();
      long delay = ofBehavior > 0 ? ofBehavior : retryMillis(session, code);
      loop.schedule(this::connect, delay, TimeUnit.MILLISECONDS);
    }
  }

  /** A proxy asks another node at once where one refuses; then the client has to wait. */
  private long retryMillis(LabSession ended, int code) {
    boolean isRefused = !ended.isOpen() && ReconnectPolicy.isOfNode(code);
    if (isRefused && redispatches < REDISPATCHES && pool.balancer().isAnyUp()) {
      redispatches++;
      return 0;
    }
    redispatches = 0;
    return ReconnectPolicy.delayMillis(code, attempts++);
  }

  /** An active client moves after the delay; others wait for the node to close. */
  void goAway(LabSession session, long afterMillis) {
    if (session == current && isActive() && driver.isReading()) moveAfter(afterMillis);
  }

  private void moveAfter(long millis) {
    LabSession leaving = current;
    loop.schedule(
        () -> {
          if (current != leaving || leaving == null || next != null) return;
          if (stopped || pool.isClosed()) return;
          leaving.overlap();
          next = open(true);
        },
        millis,
        TimeUnit.MILLISECONDS);
  }
}
