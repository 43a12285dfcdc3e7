package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.gateway.transport.Transport;
import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One client connection: its state, its subscriptions, and its outbound messages. An idle session
 * holds neither buffers nor timers. One event loop.
 */
public final class Session implements Transport.Listener {
  private static final long CLOSE_MILLIS = 5_000;
  // A slow client first reads what is in flight, then the close frame.
  private static final long SLOW_CLOSE_MILLIS = 30_000;
  private static final int MAX_TOPIC_IN_ERROR = 200;

  private final String id = UUID.randomUUID().toString();
  private final Dialect dialect;
  private final Transport transport;
  private final SessionPermit permit;
  private final GatewayLoop loop;
  private final SessionProtocol protocol;
  private final ClientInfo client;
  private final long sinceMillis;
  private final SessionWriter writer;
  private final SessionTimers timers;
  private final SessionSubscriptions subscriptions = new SessionSubscriptions();
  private SessionState state;
  private PendingTopics pending;
  private String user;
  private int teamReads;
  private long waitsForTeamsSince;
  private SessionPublications publications;

  /** A session that is opening, with the endpoint's topics pending. */
  Session(
      Transport transport,
      Endpoint endpoint,
      SessionPermit permit,
      ClientInfo client,
      GatewayLoop loop,
      SessionProtocol protocol) {
    this.dialect = endpoint.dialect();
    this.transport = transport;
    this.permit = permit;
    this.client = client;
    this.sinceMillis = loop.time().toEpochMilli();
    this.loop = loop;
    this.protocol = protocol;
    this.state = new SessionState.Opening(loop.now() + loop.config().authWait().toMillis());
    this.pending = PendingTopics.NONE.withUntilAuthenticated(endpoint.topics());
    this.writer = new SessionWriter(transport, endpoint.arrays(), loop);
    this.timers = new SessionTimers(this, loop);
  }

  @Override
  public String id() {
    return id;
  }

  public Dialect dialect() {
    return dialect;
  }

  public Transport transport() {
    return transport;
  }

  /** Where it comes from. */
  ClientInfo client() {
    return client;
  }

  /** When the client has connected. */
  Instant since() {
    return Instant.ofEpochMilli(sinceMillis);
  }

  SessionPermit permit() {
    return permit;
  }

  SessionTimers timers() {
    return timers;
  }

  SessionSubscriptions subscriptions() {
    return subscriptions;
  }

  /** The topics it is subscribed to. */
  public List<String> topics() {
    return subscriptions.topics();
  }

  /** Whether it is subscribed to a topic. */
  boolean follows(String topic) {
    return subscriptions.get(topic) != null;
  }

  SessionState state() {
    return state;
  }

  boolean isOpening() {
    return state instanceof SessionState.Opening;
  }

  public boolean isClosing() {
    return state instanceof SessionState.Closing;
  }

  /** The session becomes live, or stays live with another principal; ignored when closing. */
  void goLive(SessionState.Live next) {
    if (isClosing()) return;
    state = next;
    timers.checkSoon();
  }

  /** The principal with the teams of its token; empty while opening, closing or anonymous. */
  Optional<Principal> claimed() {
    return state instanceof SessionState.Live live ? live.claimed() : Optional.empty();
  }

  /** The principal with its current teams; empty while opening, closing or anonymous. */
  Optional<Principal> principal() {
    return state instanceof SessionState.Live live ? live.principal() : Optional.empty();
  }

  /** Whether {@link #principal} has the current teams, so that topics can be checked by them. */
  boolean teamsKnown() {
    return state instanceof SessionState.Live live && live.teamsKnown();
  }

  /** The user of the session; null while not known. */
  public String user() {
    return user;
  }

  void assignTo(String whom) {
    user = whom;
  }

  /** Counts the session for its user, once; false when the user has as many as allowed. */
  boolean acquirePermit(String whom) {
    return user != null || permit.assignTo(whom);
  }

  PendingTopics pending() {
    return pending;
  }

  void setPending(PendingTopics next) {
    pending = next;
  }

  /** Whether a subscription, or a pending one, depends on the user's teams. */
  boolean needsTeams() {
    return !pending.untilTeams().isEmpty()
        || subscriptions.waitForTeams()
        || (publications != null && publications.awaitsTeams());
  }

  /** What it publishes; made on first use. */
  SessionPublications publications() {
    if (publications == null) publications = new SessionPublications();
    return publications;
  }

  /** Whether it has published anything. */
  boolean hasPublications() {
    return publications != null;
  }

  /** Whether no topics wait for the user's teams. */
  boolean isSettled() {
    return pending.untilTeams().isEmpty();
  }

  /**
   * Starts a read of the user's teams, and invalidates earlier ones.
   *
   * @return the number of the read
   */
  int startTeamRead() {
    return ++teamReads;
  }

  /** The session's topics wait for teams; records the time if none did before. */
  void startToWaitForTeams() {
    if (isSettled()) waitsForTeamsSince = loop.now();
  }

  /** When the client requested the first of the topics that wait for teams. */
  long waitsForTeamsSince() {
    return waitsForTeamsSince;
  }

  /** The subscription that the client requested at that time was confirmed. */
  void countSubscribed(long requestedAt) {
    loop.meters().subscribed(loop.now() - requestedAt);
  }

  /** Invalidates the known teams: they are read again when a topic needs them. */
  void forgetTeams() {
    startTeamRead();
    claimed().ifPresent(token -> goLive(SessionState.Live.withTeamsUnknown(token)));
  }

  boolean isLatestTeamRead(int number) {
    return !isClosing() && teamReads == number;
  }

  /** Whether the subscription is one of this open session. */
  boolean has(Subscription subscription) {
    return !isClosing() && subscriptions.get(subscription.topic()) == subscription;
  }

  /** Where it can resume in all its streams; null while that is not known. */
  String resumePoint() {
    return protocol.resumePoint(this);
  }

  Instant timeBefore(long millis) {
    return loop.time().minusMillis(millis);
  }

  /**
   * @param topic null for an error that concerns no topic
   */
  void sendError(ErrorCode code, String message, String topic) {
    boolean isLong = topic != null && topic.length() > MAX_TOPIC_IN_ERROR;
    String name = isLong ? topic.substring(0, MAX_TOPIC_IN_ERROR) : topic;
    dialect.error(code, message, name, loop.time()).ifPresent(this::send);
  }

  /** Sends now or queues; a queue over its limit closes the session. */
  public void send(Frame frame) {
    if (isClosing()) return;
    if (!writer.send(frame)) close(CloseCode.TOO_SLOW);
  }

  /**
   * Sends a message that may be lost: a client that does not read gets the last of each key, as far
   * as its queue has space, and none without a key.
   */
  void sendEphemeral(Frame frame) {
    if (isClosing()) return;
    if (frame.conflationKey() == null && writer.isBacklogged()) return;
    writer.send(frame);
  }

  /** Bytes queued for the client, in the session's queue and in the transport. */
  public int queuedBytes() {
    return writer.queuedBytes() + transport.pendingBytes();
  }

  /** Where its messages wait while the client does not read. */
  SessionWriter writer() {
    return writer;
  }

  public void close(CloseCode code) {
    close(code, code.reason());
  }

  void close(CloseCode code, String reason) {
    if (isClosing()) return;
    writer.close();
    long timeout = code == CloseCode.TOO_SLOW ? SLOW_CLOSE_MILLIS : CLOSE_MILLIS;
    state = new SessionState.Closing(loop.now() + timeout);
    timers.checkSoon();
    loop.meters().closed(code);
    transport.resume();
    transport.close(code.number(), reason);
    loop.ticks().atEnd(() -> protocol.onClosing(this));
  }

  @Override
  public void text(String message) {
    if (!isClosing()) protocol.onMessage(this, message);
  }

  @Override
  public void invalidPayload(String why) {
    close(CloseCode.INVALID_PAYLOAD, why);
  }

  @Override
  public void tooBig() {
    String bound = ": at most %d bytes".formatted(loop.config().maxFrame());
    close(CloseCode.TOO_BIG, CloseCode.TOO_BIG.reason() + bound);
  }

  @Override
  public void protocolError() {
    close(CloseCode.PROTOCOL_ERROR);
  }

  @Override
  public void alive() {
    timers.onActivity();
  }

  @Override
  public void frame() {
    timers.onActivity();
    if (timers.countFrame()) close(CloseCode.TOO_MANY);
  }

  @Override
  public void writable() {
    writer.drain();
  }

  @Override
  public void closed() {
    state = SessionState.Closing.CLOSED;
    timers.cancel();
    writer.close();
    protocol.onClosed(this);
    permit.release();
  }
}
