package dev.boardcast.gateway.session;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.Offset;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.EphemeralPublisher;
import dev.boardcast.engine.StreamDecision;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.engine.StreamPublisher.Publication;
import dev.boardcast.engine.StreamPublisher.Publisher;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.PublishRefusal;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.StreamRule.Right;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.RateLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Publishes messages of sessions: checks them, stores the events of each session in their order,
 * and answers at the commit. The answer has the event's offset if the emitter has numbered it
 * within {@value #NUMBER_MILLIS} ms. One event loop.
 */
public final class PublishHandler {
  private static final int NUMBER_MILLIS = 50;
  // Of a node's connections to its database, which HTTP requests use as well.
  private static final int MAX_CONCURRENT = 4;

  private final TopicCatalogue topics;
  private final StreamPublisher publisher;
  private final ClientLimits limits;
  private final GatewayLoop loop;
  private final AwaitedNumbers numbers;
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MAX_CONCURRENT);

  public PublishHandler(
      TopicCatalogue topics,
      StreamPublisher publisher,
      ClientLimits limits,
      GatewayLoop loop,
      AwaitedNumbers numbers) {
    this.topics = topics;
    this.publisher = publisher;
    this.limits = limits;
    this.loop = loop;
    this.numbers = numbers;
  }

  /**
   * Publishes a message, or refuses it.
   *
   * @return false when the teams of the user must be read first; then {@link #resume} goes on
   */
  boolean publish(Session session, ClientMessage.Publish message) {
    SessionPublications own = session.publications();
    if (own.isFull()) {
      refuse(
          session,
          PublishRefusal.of(
              ErrorCode.TOO_FAST,
              "at most %d messages without an answer".formatted(SessionPublications.MAX_UNANSWERED),
              message));
      return true;
    }
    Optional<StreamDecision> found = topics.stream(message.topic());
    if (found.isEmpty()) {
      refuse(
          session,
          PublishRefusal.of(
              ErrorCode.FORBIDDEN, "applications do not publish to this topic", message));
      return true;
    }
    StreamDecision rule = found.get();
    if (mustReadTeams(session, rule) || own.awaitsTeams()) {
      own.awaitTeams(message);
      return false;
    }
    Optional<PublishRefusal> refusal = refusal(session, rule, message);
    if (refusal.isPresent()) {
      refuse(session, refusal.get());
      return true;
    }
    if (!message.durable()) {
      send(session, message);
      return true;
    }
    own.add(
        new Publication(
            UUID.randomUUID(), message.topic(), message.eventType(), message.data(), message.id()));
    loop.ticks().atEnd(() -> store(session));
    return true;
  }

  private void send(Session session, ClientMessage.Publish message) {
    String publisher = session.user() == null ? session.id() : session.user();
    boolean isSent =
        this.publisher.send(
            new EphemeralMessage(
                message.topic(),
                message.eventType(),
                message.data(),
                loop.time(),
                message.key(),
                publisher,
                session.id()));
    if (!isSent) {
      refuse(
          session,
          PublishRefusal.of(
                  ErrorCode.TOO_FAST, "this node has too many ephemeral messages", message)
              .retryAfter(1_000));
    } else if (message.id() != null) {
      session
          .dialect()
          .published(message.topic(), message.id(), null, false)
          .ifPresent(session::send);
    }
  }

  /** Publishes what waited for the teams of the user. */
  void resume(Session session) {
    if (!session.hasPublications()) return;
    for (ClientMessage.Publish message : session.publications().takeAwaitingTeams()) {
      publish(session, message);
    }
  }

  /** The teams cannot be read: refuses what waited for them. */
  void refuseAwaitingTeams(Session session) {
    if (!session.hasPublications()) return;
    for (ClientMessage.Publish message : session.publications().takeAwaitingTeams()) {
      refuse(
          session, PublishRefusal.of(ErrorCode.UNAVAILABLE, "teams cannot be read now", message));
    }
  }

  void refuse(Session session, PublishRefusal refusal) {
    session.dialect().refused(refusal).ifPresent(session::send);
  }

  private static boolean mustReadTeams(Session session, StreamDecision rule) {
    Optional<Principal> principal = session.principal();
    return principal.isPresent()
        && !session.teamsKnown()
        && rule.needsTeams(Right.PUBLISH)
        && !rule.allowsWithoutTeams(Right.PUBLISH, principal);
  }

  private Optional<PublishRefusal> refusal(
      Session session, StreamDecision rule, ClientMessage.Publish message) {
    Optional<Principal> principal = session.principal();
    if (!rule.allows(Right.PUBLISH, principal)) {
      return Optional.of(
          principal.isEmpty()
              ? PublishRefusal.of(ErrorCode.NOT_AUTHENTICATED, "a token is needed", message)
              : PublishRefusal.of(
                  ErrorCode.FORBIDDEN, "you may not publish to this topic", message));
    }
    var wrong = publisher.refusal(message.topic(), message.eventType());
    if (wrong.isPresent()) {
      return Optional.of(
          PublishRefusal.invalid(message, wrong.get().field(), wrong.get().expected()));
    }
    boolean isTaken = message.durable() ? rule.rule().isDurable() : rule.rule().isEphemeral();
    if (!isTaken) {
      return Optional.of(
          PublishRefusal.invalid(message, "durable", !message.durable() + " in this topic"));
    }
    return tooLarge(rule, message).or(() -> tooFast(session, rule, message));
  }

  private static Optional<PublishRefusal> tooLarge(
      StreamDecision rule, ClientMessage.Publish message) {
    int most = rule.rule().maxBytes();
    if (!message.durable()) most = Math.min(most, EphemeralPublisher.MAX_BYTES);
    if (!isLargerThan(message.data(), most)) return Optional.empty();
    return Optional.of(
        PublishRefusal.of(ErrorCode.TOO_LARGE, "data: at most %d bytes".formatted(most), message)
            .withField("data"));
  }

  private Optional<PublishRefusal> tooFast(
      Session session, StreamDecision rule, ClientMessage.Publish message) {
    String client = session.user() == null ? session.client().address() : session.user();
    Optional<RateLimit> limit =
        limits
            .rates()
            .publishes()
            .before(client)
            .or(
                () ->
                    limits
                        .rates()
                        .streams()
                        .take(client, rule.stream(), rule.rule().messagesPerSecond()));
    if (limit.isEmpty()) {
      limits.rates().publishes().read(client, 1, message.data().text().length());
      return Optional.empty();
    }
    return Optional.of(
        PublishRefusal.of(
                ErrorCode.TOO_FAST, "too many messages (" + limit.get().setting() + ")", message)
            .retryAfter(1000L * limit.get().retryAfterSeconds()));
  }

  private static boolean isLargerThan(RawJson data, int bytes) {
    // No character has more than three.
    int length = data.text().length();
    return length > bytes || (length > bytes / 3 && data.bytes().length > bytes);
  }

  private void store(Session session) {
    SessionPublications own = session.publications();
    if (session.isClosing() || own.isStoring()) return;
    List<Publication> batch = own.takeToStore();
    if (batch.isEmpty()) return;
    batch.forEach(event -> numbers.await(event.eventId(), event.topic()));
    var by =
        new Publisher(
            session.user(), session.client().address(), session.client().userAgent(), session.id());
    loop.calls()
        .call(() -> limiter.run(() -> publisher.store(by, batch)))
        .onComplete(
            outcomes -> {
              own.stored();
              answer(session, batch, outcomes);
              store(session);
            },
            failure -> {
              own.stored();
              batch.forEach(event -> numbers.forget(event.eventId()));
              refuseUnstored(session, batch);
              refuseUnstored(session, own.takeBehind());
            });
  }

  private void refuseUnstored(Session session, List<Publication> events) {
    for (Publication event : events) {
      refuse(
          session,
          new PublishRefusal(
              ErrorCode.UNAVAILABLE,
              "it is not known to be stored; publish it again with the same id",
              event.topic(),
              event.id(),
              null,
              null));
    }
  }

  private void answer(Session session, List<Publication> batch, List<Boolean> outcomes) {
    var unnumbered = new ArrayList<Publication>();
    for (int i = 0; i < batch.size(); i++) {
      Publication event = batch.get(i);
      Offset offset = numbers.offset(event.eventId());
      if (outcomes.get(i) && offset == null) {
        unnumbered.add(event);
        numbers.onNumbered(event.eventId(), known -> published(session, event, known, false));
      } else {
        numbers.forget(event.eventId());
        published(session, event, offset, !outcomes.get(i));
      }
    }
    if (unnumbered.isEmpty()) return;
    loop.later(
        NUMBER_MILLIS,
        () -> {
          for (Publication event : unnumbered) {
            if (numbers.forget(event.eventId())) published(session, event, null, false);
          }
        });
  }

  private static void published(
      Session session, Publication event, Offset offset, boolean duplicate) {
    String known = offset == null ? null : offset.toString();
    session
        .dialect()
        .published(event.topic(), event.id(), known, duplicate)
        .ifPresent(session::send);
  }
}
