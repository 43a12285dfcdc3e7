package dev.boardcast.events;

import dev.boardcast.bus.Origin;
import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.engine.EventStore;
import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactSink.Outcome;
import dev.boardcast.spi.NewEvent;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Stores events that applications publish over HTTP. An {@code event_id} is stored once per stream,
 * an {@code id} once per stream and user. Thread safe.
 */
public final class StreamEventWriter {
  private final EventStore events;

  StreamEventWriter(EventStore events) {
    this.events = events;
  }

  /** Rows of event ids that are older than they are kept. */
  public static RowExpiryVerticle.Expiry expiry(RetentionConfig config) {
    return new RowExpiryVerticle.Expiry("published_event", "at", config.idsKeep());
  }

  /**
   * A sink that stores events of a stream, each batch in one transaction.
   *
   * @param user the publisher; empty without a token
   */
  FactSink<StreamEvent> sink(String stream, Optional<String> user) {
    return new FactSink<>() {
      @Override
      public Future<List<Outcome>> store(List<StreamEvent> published) {
        return StreamEventWriter.this.store(stream, user, published, Optional.empty());
      }

      @Override
      public Future<List<Outcome>> store(List<StreamEvent> published, AuditEntry entry) {
        return StreamEventWriter.this.store(stream, user, published, Optional.of(entry));
      }
    };
  }

  private Future<List<Outcome>> store(
      String stream,
      Optional<String> user,
      List<StreamEvent> published,
      Optional<AuditEntry> entry) {
    return events
        .store(published.stream().map(event -> item(stream, user, event)).toList(), entry)
        .map(
            outcomes ->
                outcomes.stream().map(isNew -> isNew ? Outcome.NEW : Outcome.DUPLICATE).toList());
  }

  private static EventStore.Item item(String stream, Optional<String> user, StreamEvent published) {
    var event =
        new NewEvent(
            UUID.randomUUID(), published.type(), List.of(stream), published.data(), Instant.now());
    String id = published.id();
    if (id == null) {
      return new EventStore.Item(event, PublishedEventId.key(published.eventId()), null);
    }
    return new EventStore.Item(
        event,
        PublishedEventId.ofUser(user.orElse(""), id),
        user.map(name -> new Origin(name, id).text()).orElse(null));
  }
}
