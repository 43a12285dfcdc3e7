package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.TopicRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Watches sessions that wait for the result of a token check or a subscription. After {@value
 * #LIMIT_MILLIS} ms the client is sent to another node, if one may serve it, or told which topics
 * are delayed. While one has waited for {@value #BUSY_MILLIS} ms, new clients should be rejected.
 * One event loop.
 */
public final class UnansweredRequests {
  static final int LIMIT_MILLIS = 1_000;
  static final int BUSY_MILLIS = 500;
  private static final int RECONNECT_MILLIS = 500;
  // Time for the client to open its new connection.
  private static final int GRACE_MILLIS = 1_000;

  private final GatewayLoop loop;
  private final BooleanSupplier othersMayServe;
  // In order of time. None is older than the limit, so the number is bounded by the rate of
  // requests.
  private final Deque<Request> requests = new ArrayDeque<>();

  /**
   * @param othersMayServe whether a client that waits here may be served by another node
   */
  public UnansweredRequests(GatewayLoop loop, BooleanSupplier othersMayServe) {
    this.loop = loop;
    this.othersMayServe = othersMayServe;
  }

  /**
   * A request that has no response yet.
   *
   * @param topic null for the answer to a token
   * @param waits whether it still does
   */
  private record Request(Session session, String topic, long since, BooleanSupplier waits) {}

  /** A session waits for its token check. */
  void addAuthentication(Session session) {
    requests.add(new Request(session, null, loop.now(), session::isOpening));
  }

  /** A session waits for its teams, on which topics depend. */
  void addTeams(Session session, List<TopicRequest> topics) {
    for (TopicRequest each : topics) {
      BooleanSupplier waits = () -> session.pending().awaitsTeams(each);
      requests.add(new Request(session, each.topic(), loop.now(), waits));
    }
  }

  /** A session waits for the first position of a subscription. */
  void addStream(StreamSubscription stream) {
    Session session = stream.session();
    BooleanSupplier waits = () -> !stream.isStarted() && session.has(stream);
    requests.add(new Request(session, stream.topic(), loop.now(), waits));
  }

  /** Whether clients wait so long that new ones should be rejected. */
  public boolean isBusy(long now) {
    Request first = first();
    return first != null && now - first.since() >= BUSY_MILLIS;
  }

  /** Handles those that have waited too long. */
  public void tick(long now) {
    for (Request first = first();
        first != null && now - first.since() >= LIMIT_MILLIS;
        first = first()) {
      requests.remove();
      onLate(first);
    }
  }

  private Request first() {
    while (!requests.isEmpty()) {
      Request first = requests.peek();
      if (!first.session().isClosing() && first.waits().getAsBoolean()) return first;
      requests.remove();
    }
    return null;
  }

  private void onLate(Request late) {
    Session session = late.session();
    if (othersMayServe.getAsBoolean()) {
      loop.meters().sentElsewhere();
      sendElsewhere(session);
    } else if (late.topic() != null) {
      session.sendError(ErrorCode.UNAVAILABLE, "delayed: the topic starts later", late.topic());
    }
  }

  private void sendElsewhere(Session session) {
    if (session.isOpening()) {
      session.close(CloseCode.TRY_LATER, "this node is busy");
      return;
    }
    long pause = ThreadLocalRandom.current().nextInt(RECONNECT_MILLIS);
    session.dialect().goAway(pause, pause + GRACE_MILLIS).ifPresent(session::send);
    loop.schedule(pause + GRACE_MILLIS, () -> session.close(CloseCode.GOING_AWAY));
  }
}
