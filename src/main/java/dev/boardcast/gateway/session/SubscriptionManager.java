package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.TopicCatalogue.Verdict;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.PresenceOption;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.gateway.protocol.TopicState;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Shards;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Subscribes sessions to the topics that their principals may see, and ends subscriptions that they
 * may no longer have. One event loop.
 */
public final class SubscriptionManager {
  private final TopicCatalogue topics;
  private final SubscriptionTable table;
  private final SubscriptionStarter starter;
  private final GatewayLoop loop;
  private final UnansweredRequests unanswered;
  private final PresenceHandler presence;

  public SubscriptionManager(
      TopicCatalogue topics,
      SubscriptionTable table,
      Feeds feeds,
      GatewayLoop loop,
      UnansweredRequests unanswered,
      PresenceHandler presence) {
    this.topics = topics;
    this.table = table;
    this.starter = new SubscriptionStarter(feeds, loop);
    this.loop = loop;
    this.unanswered = unanswered;
    this.presence = presence;
  }

  /**
   * Subscribes to each topic that the principal may see, and sends an error for each other.
   *
   * @param requestedAt when the client asked for them, in ms of the loop's clock
   */
  void subscribe(Session session, List<TopicRequest> requests, long requestedAt) {
    var added = new ArrayList<Subscription>();
    var named = new ArrayList<TopicRequest>();
    for (TopicRequest asked : requests) {
      if (session.isClosing()) return;
      Verdict verdict = verdict(session, asked.topic());
      TopicRequest request =
          verdict instanceof Verdict.OfBoard board ? asked.withTopic(board.topic()) : asked;
      named.add(request);
      if (verdict instanceof Verdict.Refused refused) {
        refuse(session, request, refused);
      } else if (session.subscriptions().get(request.topic()) == null
          && session.subscriptions().size() >= loop.config().maxSubscriptions()) {
        refuseTooMany(session, List.of(request));
      } else {
        Optional<OptionCheck.Misfit> misfit = OptionCheck.misfit(request.options(), verdict);
        if (misfit.isPresent()) {
          refuse(session, request, misfit.get());
          continue;
        }
        Subscription subscription = subscription(session, request, verdict, requestedAt);
        Optional<String> tooMany = table.add(subscription);
        if (tooMany.isPresent()) {
          session.sendError(ErrorCode.TOO_MANY_FILTERS, tooMany.get(), request.topic());
          continue;
        }
        remove(session, request.topic());
        session.subscriptions().put(subscription);
        added.add(subscription);
      }
    }
    starter.start(added);
    for (Subscription each : added) {
      if (each instanceof StreamSubscription stream && !stream.isStarted()) {
        unanswered.addStream(stream);
      }
    }
    for (TopicRequest request : named) {
      PresenceOption option = request.presence();
      if (option == null || !session.follows(request.topic())) continue;
      if (option.present()) presence.begin(session, request.topic(), option.data(), null);
      else presence.end(session, request.topic());
    }
  }

  /** Refuses topics beyond the limit of subscriptions. */
  void refuseTooMany(Session session, List<TopicRequest> requests) {
    for (TopicRequest request : requests) {
      session.sendError(ErrorCode.TOO_MANY_TOPICS, "too many topics", request.topic());
    }
  }

  /** The same requests, with streams of users and teams to start at their current offset. */
  List<TopicRequest> startingNow(List<TopicRequest> requests) {
    String now = starter.usersAndTeamsOffset();
    return requests.stream()
        .map(
            request ->
                TopicCatalogue.isOfPeople(request.topic()) ? request.withSince(now) : request)
        .toList();
  }

  void unsubscribe(Session session, String asked) {
    String topic =
        session.subscriptions().get(asked) == null
            ? topics.canonical(asked, session.principal())
            : asked;
    presence.end(session, topic);
    remove(session, topic);
  }

  private void remove(Session session, String topic) {
    Subscription subscription = session.subscriptions().get(topic);
    if (subscription == null) return;
    table.remove(subscription);
    session.subscriptions().remove(subscription);
  }

  /** Stops delivery to a session that is closing. */
  void removeAll(Session session) {
    presence.endAll(session);
    session.subscriptions().all().forEach(table::remove);
  }

  /** Whether the session subscribes to a topic once its principal's teams are known. */
  boolean waitsForTeams(String topic) {
    return topics.waitsForTeams(topic);
  }

  /** Stops events of streams whose access depends on the principal until {@link #recheck}. */
  void suspendUsersAndTeams(Session session) {
    for (Subscription subscription : session.subscriptions().all()) {
      if (subscription instanceof StreamSubscription stream && stream.waitsForTeams()) {
        starter.suspend(stream);
      }
    }
  }

  /**
   * Checks all subscriptions again, ends those that the principal may no longer see, and resumes
   * suspended ones. While the teams are not known, subscriptions that depend on them stay
   * suspended.
   */
  void recheck(Session session) {
    var resumed = new ArrayList<Subscription>();
    for (Subscription subscription : session.subscriptions().all()) {
      String topic = subscription.topic();
      boolean waitsForTeams = topics.waitsForTeams(topic);
      if (subscription instanceof StreamSubscription stream) {
        stream.setWaitsForTeams(waitsForTeams);
      }
      if (waitsForTeams && !session.teamsKnown()) continue;
      Verdict verdict = verdict(session, topic);
      if (verdict instanceof Verdict.Refused refused) {
        unsubscribe(session, topic);
        session.sendError(refused.code(), refused.message(), topic);
      } else if (subscription instanceof BoardSubscription board
          && verdict instanceof Verdict.OfBoard allowed
          && !allowed.feed().equals(board.board())) {
        // By another token the same name means another part of the board.
        unsubscribe(session, topic);
        session.sendError(ErrorCode.FORBIDDEN, "no longer yours to see", topic);
      } else if (subscription instanceof StreamSubscription stream
          && verdict instanceof Verdict.OfStreams allowed) {
        changeStreams(stream, allowed);
        if (!stream.isLive()) resumed.add(stream);
      }
    }
    starter.start(resumed);
    presence.recheck(session);
  }

  /** The close code for a session that gets none of its topics; empty when it gets one. */
  Optional<CloseCode> refusalOfAll(List<TopicRequest> requests, Optional<Principal> principal) {
    boolean forbidden = false;
    for (TopicRequest request : requests) {
      boolean maybe = principal.isPresent() && topics.isOfTeams(request.topic());
      if (maybe
          || !(topics.find(request.topic(), principal) instanceof Verdict.Refused refused)
          || refused.code() == ErrorCode.UNKNOWN_TOPIC
          || refused.code() == ErrorCode.INVALID) {
        return Optional.empty();
      }
      forbidden |= refused.code() == ErrorCode.FORBIDDEN;
    }
    if (requests.isEmpty()) return Optional.empty();
    return Optional.of(forbidden ? CloseCode.FORBIDDEN : CloseCode.NOT_AUTHENTICATED);
  }

  /** The subscriptions of a session, in the order in which they were made. */
  List<TopicState> states(Session session) {
    return session.subscriptions().all().stream()
        .map(each -> new TopicState(each.topic(), starter.offset(each)))
        .toList();
  }

  /** Where the session can resume in all its streams; null while that is not known. */
  String resumePoint(Session session) {
    return session.isSettled() ? starter.resumePoint(session) : null;
  }

  /** A shard has another history: its subscriptions start over, and the clients are told. */
  public void historyChanged(int shard) {
    table.historyChanged(shard);
    table.forEachOfShard(shard, starter::restart);
  }

  private Verdict verdict(Session session, String topic) {
    return session.dialect().isSingleBoard()
        ? topics.findOnOlderPath(topic, session.principal())
        : topics.find(topic, session.principal());
  }

  private Subscription subscription(
      Session session, TopicRequest request, Verdict verdict, long requestedAt) {
    String topic = request.topic();
    if (verdict instanceof Verdict.OfStreams allowed) {
      int shard = Shards.of(allowed.streams().iterator().next());
      // Resuming reads history: an offset may be made up.
      String since = allowed.history() ? request.since() : null;
      var subscription =
          request.options().isNone()
              ? new StreamSubscription(
                  session, topic, shard, allowed.streams(), allowed.plain(), since, requestedAt)
              : new ChosenStreamSubscription(
                  session,
                  topic,
                  shard,
                  allowed.streams(),
                  allowed.plain(),
                  since,
                  requestedAt,
                  request.options(),
                  allowed.history(),
                  table.parsed(),
                  loop);
      subscription.setWaitsForTeams(topics.waitsForTeams(topic));
      return subscription;
    }
    String board = ((Verdict.OfBoard) verdict).feed();
    return request.options().isNone()
        ? new BoardSubscription(session, topic, board, request.since())
        : new ChosenBoardSubscription(
            session, topic, board, request.since(), request.options(), loop);
  }

  private void changeStreams(StreamSubscription stream, Verdict.OfStreams allowed) {
    if (allowed.streams().equals(stream.streams())) return;
    var lost = new LinkedHashSet<>(stream.streams());
    lost.removeAll(allowed.streams());
    table.changeStreams(stream, allowed.streams());
    for (String name : lost) {
      stream.session().sendError(ErrorCode.FORBIDDEN, "no longer yours to see", name);
    }
  }

  private void refuse(Session session, TopicRequest request, Verdict.Refused refused) {
    // Tried again when a token arrives.
    if (refused.code() == ErrorCode.NOT_AUTHENTICATED) {
      session.setPending(
          session.pending().addUntilAuthenticated(request, loop.config().maxSubscriptions()));
    }
    if (refused.field() == null) {
      session.sendError(refused.code(), refused.message(), request.topic());
      return;
    }
    session
        .dialect()
        .refused(refused.code(), refused.message(), refused.field(), request.topic(), null)
        .ifPresent(session::send);
  }

  private static void refuse(Session session, TopicRequest request, OptionCheck.Misfit misfit) {
    String message = misfit.field() + ": expected " + misfit.expected();
    session
        .dialect()
        .refused(ErrorCode.INVALID, message, misfit.field(), request.topic(), null)
        .ifPresent(session::send);
  }
}
