package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.TopicRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients ask to subscribe to and to unsubscribe from: at once, or when what that depends on
 * is known. One event loop.
 */
final class RequestedTopics {
  private final GatewayLoop loop;
  private final SubscriptionManager subscriptions;
  private final UnansweredRequests unanswered;
  private final TeamRefresher teams;

  RequestedTopics(
      GatewayLoop loop,
      SubscriptionManager subscriptions,
      UnansweredRequests unanswered,
      TeamRefresher teams) {
    this.loop = loop;
    this.subscriptions = subscriptions;
    this.unanswered = unanswered;
    this.teams = teams;
  }

  /** A session asks for topics; one that asks for too many in a second is closed. */
  void onSubscribe(Session session, List<TopicRequest> requests) {
    if (session.timers().countTopics(requests.size())) {
      session.close(CloseCode.TOO_MANY, "too many topics at once");
    } else {
      subscribe(session, requests);
    }
  }

  void onUnsubscribe(Session session, List<String> topics) {
    session.setPending(session.pending().cancelUntilTeams(topics));
    topics.forEach(topic -> subscriptions.unsubscribe(session, topic));
  }

  /** Subscribes at once to what does not depend on teams, and to the rest when these are known. */
  void subscribe(Session session, List<TopicRequest> requests) {
    if (session.teamsKnown()) {
      subscriptions.subscribe(session, requests, loop.now());
      return;
    }
    var dependent = new ArrayList<TopicRequest>();
    var independent = new ArrayList<TopicRequest>();
    for (TopicRequest request : requests) {
      (subscriptions.waitsForTeams(request.topic()) ? dependent : independent).add(request);
    }
    if (!dependent.isEmpty()) awaitTeams(session, dependent);
    subscriptions.subscribe(session, independent, loop.now());
    if (dependent.isEmpty() || session.isClosing()) return;
    // The client's next messages are answered after this one.
    session.transport().pause();
    teams.refresh(session);
    unanswered.addTeams(session, session.pending().untilTeams());
  }

  private void awaitTeams(Session session, List<TopicRequest> requests) {
    session.startToWaitForTeams();
    PendingTopics pending =
        session.pending().cancelUntilTeams(requests.stream().map(TopicRequest::topic).toList());
    var waiting = new ArrayList<>(pending.untilTeams());
    waiting.addAll(requests);
    int count = Math.min(waiting.size(), loop.config().maxSubscriptions());
    session.setPending(pending.withUntilTeams(waiting.subList(0, count)));
    subscriptions.refuseTooMany(session, waiting.subList(count, waiting.size()));
  }
}
