package dev.boardcast.lab.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One client: follows its topics, comes back as the protocol advises, each time with its offsets.
 * Every other one is alert, and gives up a line that is silent; the rest wait to be told. One event
 * loop.
 */
final class LabClient implements LabConnection.Listener {
  private static final long HANDSHAKE_MICROS = 5_000_000;
  private static final long ALERT_MICROS = 3_000_000;
  private static final long PING_MICROS = 1_000_000;
  private static final int LONGEST_PAUSE = 2_000;
  private static final int NEAR = 3;
  private static final Duration SHORT_PASS = Duration.ofSeconds(5);

  private enum State {
    AWAY,
    OPENING,
    LIVE,
    /** Will not come back. */
    GONE
  }

  private final int number;
  private final ClientBehavior habit;
  private final ClientPool crowd;
  private final EventLoop loop;
  private final List<ClientLedger> accounts;
  private final BehaviorDriver manner;
  private State state = State.AWAY;
  private LabConnection line;
  private int following;
  private int attempts;
  private long openedAt;
  private long heardAt;
  private long pingedAt;
  private long returnMillis = -1;
  // Whether this line has been level with those who read: only then does a node hold the rest.
  private boolean level;
  private final Backlog backlog = new Backlog();
  private volatile boolean live;
  private volatile long held;

  LabClient(
      int number,
      ClientBehavior habit,
      ClientPool crowd,
      EventLoop loop,
      List<ClientLedger> accounts) {
    this.number = number;
    this.habit = habit;
    this.crowd = crowd;
    this.loop = loop;
    this.accounts = accounts;
    this.manner = BehaviorDriver.of(habit);
  }

  EventLoop loop() {
    return loop;
  }

  List<ClientLedger> accounts() {
    return accounts;
  }

  /** Whether it follows all of its topics at present; from any thread. */
  boolean isLive() {
    return live;
  }

  /** Most events that its node held for it at any time; from any thread. */
  long held() {
    return held;
  }

  void connect() {
    if (state != State.AWAY || crowd.isOver()) return;
    state = State.OPENING;
    openedAt = EventMarker.now();
    following = 0;
    // Who comes for the first time has nothing in the log.
    level = !accounts.get(0).isOpen();
    backlog.begin();
    String token =
        habit == ClientBehavior.EXPIRED
            ? crowd.passes().reader(SHORT_PASS)
            : crowd.passes().reader();
    line = crowd.open(number + attempts, habit, token, this);
  }

  /** Loses its line at once. */
  void cut() {
    if (line != null) line.cut();
  }

  /** Leaves for good. */
  void leave() {
    state = State.GONE;
    live = false;
    if (line != null) line.close();
  }

  /** From now on it behaves as the steady ones do. */
  void heal() {
    manner.heal(line);
  }

  /** Whether it acts by itself where others wait to be told. */
  private boolean isAlert() {
    return (number >> 1) % 2 == 0;
  }

  /** Called a few times a second. */
  void tick(long now) {
    if (line != null && heardAt >= openedAt) manner.tick(line, now);
    if (line == null) return;
    if (state == State.OPENING && now - openedAt > HANDSHAKE_MICROS) {
      crowd.log().timedOut();
      line.cut();
    } else if (state == State.LIVE) {
      watch(now);
      weigh();
    }
  }

  private void weigh() {
    ClientLedger account = accounts.get(0);
    int others = account.ledger().read();
    if (others - account.newest() < NEAR) level = true;
    if (level) backlog.look(others, account.newest());
    held = backlog.most();
  }

  private void watch(long now) {
    boolean alert = isAlert() && manner.listens();
    long silence = now - heardAt;
    if (alert && silence > ALERT_MICROS) {
      crowd.log().givenUp();
      line.cut();
    } else if (silence > PING_MICROS && now - pingedAt > PING_MICROS && manner.listens()) {
      pingedAt = now;
      line.ping();
    }
  }

  @Override
  public void opened() {
    heardAt = EventMarker.now();
    manner.begins(line, heardAt);
    line.send(wish());
  }

  @Override
  public void heard() {
    heardAt = EventMarker.now();
  }

  @Override
  public void readEnded() {
    if (line != null && heardAt >= openedAt) manner.readEnded(line, EventMarker.now());
  }

  @Override
  public void text(ByteBuf bytes, int from, int length) {
    EventMarker mark = EventMarker.find(bytes, from, from + length);
    if (mark == null) {
      told(bytes, from, length);
      return;
    }
    EventOffset place = EventOffset.find(bytes, from, from + length);
    for (ClientLedger account : accounts) {
      if (place == null || !account.ledger().isOurs(mark)) continue;
      long now = EventMarker.now();
      boolean fresh = account.take(mark, place.epoch(), place.sequence(), now, crowd.faultEnd());
      if (!fresh) continue;
      if (level && account == accounts.get(0)) backlog.took(mark.number());
      crowd.log().received(habit, now - mark.micros());
      if (habit == ClientBehavior.STEADY) account.ledger().read(mark.number());
    }
  }

  @Override
  public void ended(int code) {
    line = null;
    live = false;
    if (state == State.GONE || crowd.isOver()) return;
    boolean wasLive = state == State.LIVE;
    crowd.log().ended(code, wasLive);
    state = State.AWAY;
    if (wasLive) attempts = 0;
    if (!ReconnectPolicy.comesBack(code)) {
      state = State.GONE;
      return;
    }
    attempts++;
    loop.schedule(this::connect, pause(code), TimeUnit.MILLISECONDS);
  }

  private long pause(int code) {
    long told = returnMillis;
    returnMillis = -1;
    if (told >= 0) return told;
    long away = manner.awayMillis();
    if (away > 0) return away;
    int doublings = Math.min(attempts - 1, 6);
    long longest = Math.min(LONGEST_PAUSE, (ReconnectPolicy.waits(code) ? 200L : 50L) << doublings);
    return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
  }

  private String wish() {
    var wish = new StringBuilder("{\"type\":\"subscribe\",\"topics\":[");
    for (ClientLedger account : accounts) {
      if (wish.charAt(wish.length() - 1) != '[') wish.append(',');
      wish.append("{\"topic\":\"").append(account.ledger().topic()).append('"');
      if (account.since() != null) {
        wish.append(",\"since\":\"").append(account.since()).append('"');
      }
      wish.append('}');
    }
    crowd.board().ifPresent(board -> wish.append(",\"").append(board).append('"'));
    return wish.append("]}").toString();
  }

  /** Anything that is not an event of a laboratory. */
  private void told(ByteBuf bytes, int from, int length) {
    byte[] text = new byte[length];
    bytes.getBytes(from, text);
    try {
      JsonNode message = Json.MAPPER.readTree(text);
      switch (message.path("type").asText()) {
        case "subscribed" -> subscribed(message);
        case "goaway" -> goAway(message.path("reconnect_after_ms").asLong());
        case "metrics:update" -> crowd.snapshots().seen(habit, message.path("offset").asText());
        case "error" -> crowd.log().error(message.path("code").asText());
        default -> {
          // An acknowledgement, a pong, somebody else's event.
        }
      }
    } catch (IOException notJson) {
      crowd.log().error("not JSON");
    }
  }

  private void subscribed(JsonNode message) {
    for (ClientLedger account : accounts) {
      if (!account.ledger().topic().equals(message.path("topic").asText())) continue;
      EventOffset offset = EventOffset.parse(message.path("offset").asText());
      account.subscribed(offset.epoch(), offset.sequence(), message.path("recovered").asBoolean());
      following++;
    }
    if (following < accounts.size() || state != State.OPENING) return;
    state = State.LIVE;
    live = true;
    attempts = 0;
    crowd.log().connected(EventMarker.now() - openedAt);
  }

  /**
   * An alert client leaves at the time it was told; the others stay until the node ends the line,
   * as those do that do not know the message.
   */
  private void goAway(long afterMillis) {
    returnMillis = afterMillis;
    attempts++;
    if (!isAlert()) return;
    LabConnection leaving = line;
    loop.schedule(
        () -> {
          if (line == leaving && leaving != null) {
            returnMillis = 0;
            leaving.close();
          }
        },
        afterMillis,
        TimeUnit.MILLISECONDS);
  }
}
