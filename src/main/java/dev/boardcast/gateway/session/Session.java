package dev.boardcast.gateway.session;

import dev.boardcast.gateway.AdmissionControl;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.gateway.transport.Transport;
import dev.boardcast.spi.Principal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One client connection: its state, its subscriptions, and the way out. An idle session holds
 * neither buffers nor timers. One event loop.
 */
public final class Session implements Transport.Listener {
  private static final long CLOSE_MILLIS = 5_000;
  // What is on its way to a slow client comes before our goodbye.
  private static final long SLOW_CLOSE_MILLIS = 30_000;

  private final String id;
  private final Dialect dialect;
  private final Transport outlet;
  private final AdmissionControl.Seat seat;
  private final GatewayLoop loop;
  private final SessionProtocol conversation;
  private final SessionWriter mailbox;
  private final SessionTimers vigil;
  private final SessionSubscriptions interests = new SessionSubscriptions();
  private SessionState state;
  private List<ClientMessage.Wanted> deferred = List.of();
  private List<ClientMessage.Wanted> awaitingTeams = List.of();
  private boolean waitUntold;
  private String user;
  private int checks;
  private long checkedAt;

  /**
   * @param arrays whether several messages that are due at once may leave as one JSON array
   */
  public Session(
      String id,
      Dialect dialect,
      boolean arrays,
      Transport outlet,
      AdmissionControl.Seat seat,
      GatewayLoop loop,
      SessionProtocol conversation) {
    this.id = id;
    this.dialect = dialect;
    this.outlet = outlet;
    this.seat = seat;
    this.loop = loop;
    this.conversation = conversation;
    this.state = new SessionState.Opening(loop.now() + loop.config().authWait().toMillis());
    this.mailbox = new SessionWriter(outlet, arrays, loop);
    this.vigil = new SessionTimers(this, loop, conversation);
  }

  public String id() {
    return id;
  }

  /** Whether that node has handed it on. */
  boolean isVia(String node) {
    return seat.isVia(node);
  }

  public Dialect dialect() {
    return dialect;
  }

  public Transport outlet() {
    return outlet;
  }

  SessionState state() {
    return state;
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
  public void live(SessionState.Live next) {
    if (isClosing()) return;
    state = next;
    vigil.look();
  }

  SessionTimers vigil() {
    return vigil;
  }

  /** Whose it is; null while that is not known. */
  public String user() {
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

  /** Topics to give it once its teams are known. */
  void awaitTeams(List<ClientMessage.Wanted> topics) {
    awaitingTeams = topics;
    waitUntold = true;
  }

  List<ClientMessage.Wanted> awaitingTeams() {
    return awaitingTeams;
  }

  /** Whether something it follows, or waits for, depends on its teams. */
  boolean needsTeams() {
    return !awaitingTeams.isEmpty() || interests.ofPeople();
  }

  /** Whether {@link #who} has the teams of now, so that topics can be judged by them. */
  boolean teamsKnown() {
    return state instanceof SessionState.Live live && live.teamsKnown();
  }

  /** Whether it may be said that teams cannot be read; true once for the topics that wait. */
  boolean takeWaitUntold() {
    boolean untold = waitUntold;
    waitUntold = false;
    return untold;
  }

  /** The place it takes; false when its user has as many as allowed. */
  boolean isSeatOf(String whom) {
    return user != null || seat.belongsTo(whom);
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

  public SessionSubscriptions interests() {
    return interests;
  }

  boolean follows(Subscription subscription) {
    return !isClosing() && interests.get(subscription.topic()) == subscription;
  }

  /** Takes a live event. */
  public void offer(EventMessage message) {
    String topic = interests.take(message);
    if (topic != null) tell(message, topic);
  }

  /** Takes an event that a subscription catches up on. */
  void replay(StreamSubscription by, EventMessage message) {
    if (interests.take(by, message)) tell(message, by.topic());
  }

  private void tell(EventMessage message, String topic) {
    if (!dialect.tells(message.event().type())) return;
    sendPlaced(message.frame(dialect, topic));
  }

  /** As {@link #send}, with the session's place where the dialect tells it. */
  void sendPlaced(Frame frame) {
    if (!dialect.tellsPlaces()) {
      send(frame);
      return;
    }
    String place = conversation.place(this);
    send(Objects.equals(place, frame.place()) ? frame : frame.at(place));
  }

  /** Sends a board's numbers, which tell a place only where there is nothing else to follow. */
  void sendNumbers(SnapshotMessage message, String topic) {
    Frame frame = message.frame(dialect, topic);
    boolean alone = dialect.tellsPlaces() && interests.all().size() == 1 && isSettled();
    send(alone ? frame.at(message.offset()) : frame);
  }

  /** Whether it waits for no further topics. */
  boolean isSettled() {
    return awaitingTeams.isEmpty();
  }

  /** Bytes that wait for the client to read. */
  public int backlog() {
    return mailbox.bytes();
  }

  /** Sends now if the transport takes it, else when it does; too much waiting ends the session. */
  public void send(Frame frame) {
    if (isClosing()) return;
    if (!mailbox.post(frame)) close(CloseCode.TOO_SLOW);
  }

  /** Whether something waits for the client to read. */
  boolean isBacklogged() {
    return mailbox.isBacklogged();
  }

  /** Runs {@code task} when nothing waits any more. */
  void whenDrained(Runnable task) {
    mailbox.whenDrained(task);
  }

  public void close(CloseCode code) {
    close(code, code.reason());
  }

  void close(CloseCode code, String reason) {
    if (isClosing()) return;
    mailbox.shut();
    long patience = code == CloseCode.TOO_SLOW ? SLOW_CLOSE_MILLIS : CLOSE_MILLIS;
    state = new SessionState.Closing(loop.now() + patience);
    vigil.look();
    loop.meters().closed(code);
    outlet.resume();
    outlet.close(code.number(), reason);
    loop.turn().atEnd(() -> conversation.ended(this));
  }

  @Override
  public void text(String message) {
    if (!isClosing()) conversation.said(this, message);
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
    vigil.heard();
  }

  @Override
  public void frame() {
    vigil.heard();
    if (vigil.isTooMany()) close(CloseCode.TOO_MANY);
  }

  @Override
  public void writable() {
    mailbox.drain();
  }

  @Override
  public void closed() {
    state = SessionState.Closing.GONE;
    vigil.end();
    mailbox.shut();
    conversation.gone(this);
    seat.giveBack();
  }
}
