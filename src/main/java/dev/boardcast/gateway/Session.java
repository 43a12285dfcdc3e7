package dev.boardcast.gateway;

import dev.boardcast.auth.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One client connection: its state, its subscriptions, and the way out. An idle session holds
 * neither buffers nor timers. One event loop.
 */
final class Session implements Outlet.Listener {
  private static final long CLOSE_MILLIS = 5_000;

  private final String id;
  private final Dialect dialect;
  private final boolean arrays;
  private final Outlet outlet;
  private final GatewayLoop loop;
  private final Conversation conversation;
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>(8);
  private SessionState state;
  private SendQueue queue;
  private List<Runnable> onDrained;
  private long heardAt;
  private long pingedAt;
  private long second;
  private int inSecond;
  private boolean drainDue;
  private List<ClientMessage.Wanted> deferred = List.of();
  private String user;
  private int checks;
  private long checkedAt;

  /**
   * @param arrays whether several messages that are due at once may leave as one JSON array
   */
  Session(
      String id,
      Dialect dialect,
      boolean arrays,
      Outlet outlet,
      GatewayLoop loop,
      Conversation conversation) {
    this.id = id;
    this.dialect = dialect;
    this.arrays = arrays;
    this.outlet = outlet;
    this.loop = loop;
    this.conversation = conversation;
    this.state = new SessionState.Opening(loop.now() + loop.config().authWait().toMillis());
    this.heardAt = loop.now();
  }

  String id() {
    return id;
  }

  Dialect dialect() {
    return dialect;
  }

  Outlet outlet() {
    return outlet;
  }

  boolean isOpening() {
    return state instanceof SessionState.Opening;
  }

  boolean isClosing() {
    return state instanceof SessionState.Closing;
  }

  /** Who the token says it is; empty while opening, closing or anonymous. */
  Optional<Principal> claimed() {
    return state instanceof SessionState.Live live ? live.claimed() : Optional.empty();
  }

  /** Who it is, with the teams of now; empty while opening, closing or anonymous. */
  Optional<Principal> who() {
    return state instanceof SessionState.Live live ? live.who() : Optional.empty();
  }

  /** The session lives, or lives on as somebody else's teams have it. */
  void live(SessionState.Live next) {
    if (!isClosing()) state = next;
  }

  /** Whose it is; null while that is not known. */
  String user() {
    return user;
  }

  void belongsTo(String whom) {
    user = whom;
  }

  /** Topics to ask for once a token has been shown. */
  void defer(List<ClientMessage.Wanted> topics) {
    deferred = topics;
  }

  List<ClientMessage.Wanted> deferred() {
    return deferred;
  }

  /** A check of its teams begins; those under way are void. */
  int beginCheck() {
    checkedAt = loop.now();
    return ++checks;
  }

  boolean isCheck(int number) {
    return !isClosing() && checks == number;
  }

  long checkedAt() {
    return checkedAt;
  }

  Collection<Subscription> subscriptions() {
    return subscriptions.values();
  }

  Subscription subscription(String topic) {
    return subscriptions.get(topic);
  }

  boolean follows(Subscription subscription) {
    return !isClosing() && subscriptions.get(subscription.topic()) == subscription;
  }

  void put(Subscription subscription) {
    subscriptions.put(subscription.topic(), subscription);
  }

  void drop(Subscription subscription) {
    subscriptions.remove(subscription.topic());
  }

  /**
   * Takes a live event. However many of its topics bring it, it is sent once: under the first plain
   * stream's name, else as {@code tasks}.
   */
  void offer(EventMessage message) {
    StreamSubscription chosen = null;
    boolean had = false;
    for (Subscription subscription : subscriptions.values()) {
      if (!(subscription instanceof StreamSubscription stream) || !stream.covers(message)) continue;
      if (stream.has(message)) had = true;
      if (!stream.isLive() || message.sequence() <= stream.position()) continue;
      stream.advanceTo(message.sequence());
      if (chosen == null || (stream.isPlain() && !chosen.isPlain())) chosen = stream;
    }
    if (chosen != null && !had) send(message.frame(dialect, chosen.topic()));
  }

  /** Takes an event that a subscription catches up on, unless another topic has brought it. */
  void replay(StreamSubscription by, EventMessage message) {
    if (message.sequence() <= by.position() || !by.covers(message)) return;
    by.advanceTo(message.sequence());
    for (Subscription subscription : subscriptions.values()) {
      if (subscription != by
          && subscription instanceof StreamSubscription stream
          && stream.has(message)) {
        return;
      }
    }
    send(message.frame(dialect, by.topic()));
  }

  /** Sends now if the transport takes it, else when it does; too much waiting ends the session. */
  void send(Frame frame) {
    if (isClosing()) return;
    loop.meters().frame();
    if (queue == null && !arrays && outlet.isWritable()) {
      outlet.write(frame);
      return;
    }
    if (queue == null) queue = new SendQueue(loop.config().maxQueue());
    if (!queue.add(frame)) {
      queue = null;
      close(CloseCode.TOO_SLOW);
    } else if (arrays && !drainDue) {
      drainDue = true;
      loop.turn().atEnd(this::drain);
    }
  }

  /** Whether something waits for the client to read. */
  boolean isBacklogged() {
    return !outlet.isWritable()
        || (queue != null && (!drainDue || queue.bytes() > SendQueue.MAX_ARRAY));
  }

  /** Runs {@code task} when nothing waits any more. */
  void whenDrained(Runnable task) {
    if (onDrained == null) onDrained = new ArrayList<>(2);
    onDrained.add(task);
  }

  void close(CloseCode code) {
    close(code, code.reason());
  }

  void close(CloseCode code, String reason) {
    if (isClosing()) return;
    onDrained = null;
    drain();
    state = new SessionState.Closing(loop.now() + CLOSE_MILLIS);
    queue = null;
    loop.meters().closed(code);
    outlet.resume();
    outlet.close(code.number(), reason);
    loop.turn().atEnd(() -> conversation.ended(this));
  }

  /** Looks after deadlines, expiry and signs of life; called a few times a second. */
  void check(long now, Instant time) {
    if (state instanceof SessionState.Opening opening) {
      if (now > opening.deadline()) close(CloseCode.NOT_AUTHENTICATED, "no token in time");
    } else if (state instanceof SessionState.Closing closing) {
      if (now > closing.deadline()) outlet.kill();
    } else if (state instanceof SessionState.Live live) {
      if (live.hasExpired(time)) {
        close(CloseCode.NOT_AUTHENTICATED, "token expired");
      } else if (now - heardAt > loop.config().silenceLimit().toMillis()) {
        outlet.kill();
      } else {
        pingIfIdle(now);
      }
    }
  }

  @Override
  public void text(String message) {
    if (isClosing()) return;
    if (isTooMany()) {
      close(CloseCode.TOO_MANY);
    } else {
      conversation.said(this, message);
    }
  }

  @Override
  public void unreadable(String why) {
    close(CloseCode.MALFORMED, why);
  }

  @Override
  public void tooBig() {
    close(CloseCode.TOO_BIG);
  }

  @Override
  public void protocolError() {
    close(CloseCode.PROTOCOL_ERROR);
  }

  @Override
  public void alive() {
    heardAt = loop.now();
  }

  @Override
  public void writable() {
    drain();
  }

  @Override
  public void closed() {
    state = new SessionState.Closing(loop.now());
    queue = null;
    onDrained = null;
    conversation.gone(this);
  }

  private void drain() {
    drainDue = false;
    while (queue != null && outlet.isWritable()) {
      outlet.write(arrays ? queue.takeArray() : queue.take());
      if (queue.isEmpty()) queue = null;
    }
    if (queue == null && onDrained != null && outlet.isWritable()) {
      List<Runnable> tasks = onDrained;
      onDrained = null;
      tasks.forEach(Runnable::run);
    }
  }

  private boolean isTooMany() {
    long now = loop.now() / 1000;
    if (now != second) {
      second = now;
      inSecond = 0;
    }
    return ++inSecond > loop.config().maxMessagesPerSecond();
  }

  private void pingIfIdle(long now) {
    long interval = loop.config().pingInterval().toMillis();
    if (now - heardAt < interval || now - pingedAt < interval || !outlet.isWritable()) return;
    pingedAt = now;
    outlet.ping();
  }
}
