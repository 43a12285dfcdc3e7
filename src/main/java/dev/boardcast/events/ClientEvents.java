package dev.boardcast.events;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.Origin;
import dev.boardcast.engine.EphemeralPublisher;
import dev.boardcast.engine.EventStore;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Problem.FieldError;
import dev.boardcast.web.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stores the events that clients publish through their sessions. Thread safe. */
public final class ClientEvents implements StreamPublisher {
  private final Storage storage;
  private final Set<String> reserved;
  private final Set<String> ownTypes;
  private final EphemeralPublisher ephemeral;

  /** Stores events, and records who has published them. */
  private interface Storage {
    Future<List<Boolean>> store(
        List<EventStore.Item> items, Publisher by, List<Publication> published);
  }

  /**
   * @param reserved names to which applications must not publish
   * @param ownTypes types of messages and events of the product, which applications must not use
   */
  public ClientEvents(
      Pool pool,
      Outbox outbox,
      Set<String> reserved,
      Set<String> ownTypes,
      AuditTrail audit,
      EphemeralPublisher ephemeral) {
    this(auditing(new PublishedEvents(pool, outbox), audit), reserved, ownTypes, ephemeral);
  }

  /** Without an audit trail. */
  public ClientEvents(
      EventStore events, Set<String> reserved, Set<String> ownTypes, EphemeralPublisher ephemeral) {
    this(
        (items, by, published) -> events.store(items, Optional.empty()),
        reserved,
        ownTypes,
        ephemeral);
  }

  private ClientEvents(
      Storage storage, Set<String> reserved, Set<String> ownTypes, EphemeralPublisher ephemeral) {
    this.storage = storage;
    this.reserved = Set.copyOf(reserved);
    this.ownTypes = Set.copyOf(ownTypes);
    this.ephemeral = ephemeral;
  }

  private static Storage auditing(PublishedEvents events, AuditTrail audit) {
    return (items, by, published) -> events.store(items, tx -> audit(audit, tx, by, published));
  }

  @Override
  public Optional<FieldError> refusal(String topic, String type) {
    if (reserved.contains(topic)) {
      return Optional.of(
          new FieldError("topic", FieldRules.STREAM_TEXT + ", and no board's topic"));
    }
    return ownTypes.contains(type)
        ? Optional.of(new FieldError("event_type", StreamEvent.TYPE))
        : Optional.empty();
  }

  @Override
  public Future<List<Boolean>> store(Publisher by, List<Publication> published) {
    return storage.store(published.stream().map(each -> item(by, each)).toList(), by, published);
  }

  @Override
  public boolean send(EphemeralMessage message) {
    return ephemeral.publish(message);
  }

  private static EventStore.Item item(Publisher by, Publication published) {
    var event =
        new NewEvent(
            published.eventId(),
            published.type(),
            List.of(published.topic()),
            published.data(),
            Instant.now());
    String user = by.user() == null ? "" : by.user();
    String origin = user.isEmpty() ? null : new Origin(user, published.id()).text();
    return new EventStore.Item(event, PublishedEventId.ofUser(user, published.id()), origin);
  }

  /** One row for each topic, as for a request with several events. */
  private static Future<Void> audit(
      AuditTrail audit, SqlClient tx, Publisher by, List<Publication> published) {
    return Future.all(
            published.stream()
                .map(Publication::topic)
                .distinct()
                .map(
                    topic ->
                        audit.published(
                            tx, by.user(), by.address(), by.userAgent(), topic, by.session()))
                .toList())
        .mapEmpty();
  }
}
