package dev.boardcast.lab.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client that subscribes to its topics and reconnects as the protocol says, with its offsets.
 *
 * <p>Every other client is active: it closes a connection on which nothing comes, and follows a
 * {@code goaway}. The others wait until the node closes, as older clients do. Confined to one event
 * loop unless a method says otherwise.
 */
final class LabClient implements LabConnection.Listener {
  private static final long HANDSHAKE_MICROS = 5_000_000;
  private static final long SILENCE_MICROS = 3_000_000;
  private static final long PING_MICROS = 1_000_000;
  private static final int SMALL_LAG = 3;
  private static final Duration SHORT_TOKEN = Duration.ofSeconds(5);

  private enum State {
    DISCONNECTED,
    CONNECTING,
    LIVE,
    /** Does not reconnect. */
    STOPPED
  }

  private final int number;
  private final ClientBehavior behavior;
  private final ClientPool pool;
  private final EventLoop loop;
  private final List<ClientLedger> ledgers;
  private final BehaviorDriver driver;
  private State state = State.DISCONNECTED;
  private LabConnection connection;
  private int subscribed;
  private int attempts;
  private long connectingAt;
  private long receivedAt;
  private long pingedAt;
  // The delay that the node's goaway named; -1 without a goaway.
  private long reconnectMillis = -1;
  // Whether this connection has caught up with steady clients: then what it lacks is buffered.
  private boolean caughtUp;
  private final Backlog backlog = new Backlog();
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
  }

  EventLoop loop() {
    return loop;
  }

  List<ClientLedger> ledgers() {
    return ledgers;
  }

  /** Whether it is subscribed to all of its topics. Thread safe. */
  boolean isLive() {
    return live;
  }

  /** Most events that were buffered for it at any time. Thread safe. */
  long maxBacklog() {
    return maxBacklog;
  }

  void connect() {
    if (state != State.DISCONNECTED || pool.isClosed()) return;
    state = State.CONNECTING;
    connectingAt = EventMarker.now();
    subscribed = 0;
    // A new client resumes nothing from the log.
    caughtUp = !ledgers.get(0).isSubscribed();
    backlog.reset();
    String token =
        behavior == ClientBehavior.EXPIRED
            ? pool.tokens().client(SHORT_TOKEN)
            : pool.tokens().client();
    connection = pool.connect(number + attempts, behavior, token, this);
  }

  /** Resets its connection. */
  void disconnect() {
    if (connection != null) connection.reset();
  }

  /** Closes its connection and does not reconnect. */
  void stop() {
    state = State.STOPPED;
    live = false;
    if (connection != null) connection.close();
  }

  /** Makes it behave as a steady client from now on. */
  void becomeSteady() {
    driver.becomeSteady(connection);
  }

  private boolean isActive() {
    return (number >> 1) % 2 == 0;
  }

  /** Called every {@link ClientPool#TICK_MILLIS}. */
  void tick(long now) {
    if (connection != null && receivedAt >= connectingAt) driver.tick(connection, now);
    if (connection == null) return;
    if (state == State.CONNECTING && now - connectingAt > HANDSHAKE_MICROS) {
      pool.statistics().timedOut();
      connection.reset();
    } else if (state == State.LIVE) {
      checkLiveness(now);
      sampleBacklog();
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
    long silence = now - receivedAt;
    if (isActive() && silence > SILENCE_MICROS) {
      pool.statistics().abandoned();
      connection.reset();
    } else if (silence > PING_MICROS && now - pingedAt > PING_MICROS) {
      pingedAt = now;
      connection.ping();
    }
  }

  @Override
  public void opened() {
    receivedAt = EventMarker.now();
    driver.opened(connection, receivedAt);
    connection.send(subscribeMessage());
  }

  @Override
  public void bytesReceived() {
    receivedAt = EventMarker.now();
  }

  @Override
  public void readComplete() {
    if (connection != null && receivedAt >= connectingAt) {
      driver.readComplete(connection, EventMarker.now());
    }
  }

  @Override
  public void textReceived(ByteBuf bytes, int from, int length) {
    EventMarker marker = EventMarker.find(bytes, from, from + length);
    if (marker == null) {
      controlMessage(bytes, from, length);
      return;
    }
    EventOffset offset = EventOffset.find(bytes, from, from + length);
    for (ClientLedger client : ledgers) {
      if (offset == null || !client.ledger().contains(marker)) continue;
      long now = EventMarker.now();
      if (!client.received(marker, offset, now, pool.faultEnd())) continue;
      if (caughtUp && client == ledgers.get(0)) backlog.received(marker.number());
      pool.statistics().received(behavior, now - marker.dueMicros());
      if (behavior == ClientBehavior.STEADY) client.ledger().received(marker.number());
    }
  }

  @Override
  public void closed(int code) {
    connection = null;
    live = false;
    if (state == State.STOPPED || pool.isClosed()) return;
    boolean wasLive = state == State.LIVE;
    pool.statistics().closed(code, wasLive);
    if (wasLive) attempts = 0;
    if (!ReconnectPolicy.reconnects(code)) {
      state = State.STOPPED;
      return;
    }
    state = State.DISCONNECTED;
    attempts++;
    loop.schedule(this::connect, delayMillis(code), TimeUnit.MILLISECONDS);
  }

  private long delayMillis(int code) {
    long goAway = reconnectMillis;
    reconnectMillis = -1;
    if (goAway >= 0) return goAway;
    long ofBehavior = driver.reconnectMillis();
    return ofBehavior > 0 ? ofBehavior : ReconnectPolicy.delayMillis(code, attempts - 1);
  }

  private String subscribeMessage() {
    Stream<String> topics = ledgers.stream().map(LabClient::topic);
    Stream<String> board = pool.board().stream().map(name -> '"' + name + '"');
    return Stream.concat(topics, board)
        .collect(Collectors.joining(",", "{\"type\":\"subscribe\",\"topics\":[", "]}"));
  }

  private static String topic(ClientLedger client) {
    String since = client.offset().map(offset -> ",\"since\":\"" + offset + '"').orElse("");
    return "{\"topic\":\"" + client.ledger().topic() + '"' + since + '}';
  }

  private void controlMessage(ByteBuf bytes, int from, int length) {
    byte[] text = new byte[length];
    bytes.getBytes(from, text);
    try {
      JsonNode message = Json.MAPPER.readTree(text);
      switch (message.path("type").asText()) {
        case "subscribed" -> subscribed(message);
        case "goaway" -> goAway(message.path("reconnect_after_ms").asLong());
        case "metrics:update" ->
            pool.snapshots().received(behavior, message.path("offset").asText());
        case "error" -> pool.statistics().error(message.path("code").asText());
        default -> {
          // An acknowledgement, a pong, an event of another writer.
        }
      }
    } catch (IOException malformed) {
      pool.statistics().error("not JSON");
    }
  }

  private void subscribed(JsonNode message) {
    for (ClientLedger client : ledgers) {
      if (!client.ledger().topic().equals(message.path("topic").asText())) continue;
      EventOffset offset = EventOffset.parse(message.path("offset").asText());
      client.subscribed(offset, message.path("recovered").asBoolean());
      subscribed++;
    }
    if (subscribed < ledgers.size() || state != State.CONNECTING) return;
    state = State.LIVE;
    live = true;
    attempts = 0;
    pool.statistics().connected(EventMarker.now() - connectingAt);
  }

  /** An active client closes and reconnects after the delay; others wait for the node to close. */
  private void goAway(long afterMillis) {
    reconnectMillis = afterMillis;
    attempts++;
    if (!isActive()) return;
    LabConnection leaving = connection;
    loop.schedule(
        () -> {
          if (connection == leaving && leaving != null) {
            reconnectMillis = 0;
            leaving.close();
          }
        },
        afterMillis,
        TimeUnit.MILLISECONDS);
  }
}
