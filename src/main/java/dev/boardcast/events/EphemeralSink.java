package dev.boardcast.events;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.engine.EphemeralPublisher;
import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Stores events of one request, and publishes those that are not to be stored. */
final class EphemeralSink implements FactSink<StreamEvent> {
  private static final int RETRY_SECONDS = 1;

  private final FactSink<StreamEvent> stored;
  private final EphemeralPublisher ephemeral;
  private final String stream;
  private final String client;

  EphemeralSink(
      FactSink<StreamEvent> stored, EphemeralPublisher ephemeral, String stream, String client) {
    this.stored = stored;
    this.ephemeral = ephemeral;
    this.stream = stream;
    this.client = client;
  }

  @Override
  public Future<List<Outcome>> store(List<StreamEvent> events) {
    return store(events, stored::store);
  }

  @Override
  public Future<List<Outcome>> store(List<StreamEvent> events, AuditEntry entry) {
    return store(events, durable -> stored.store(durable, entry));
  }

  private Future<List<Outcome>> store(
      List<StreamEvent> events, Function<List<StreamEvent>, Future<List<Outcome>>> store) {
    List<StreamEvent> durable = events.stream().filter(StreamEvent::isStored).toList();
    if (durable.size() == events.size()) return store.apply(events);
    Future<List<Outcome>> outcomes =
        durable.isEmpty() ? Future.succeededFuture(List.of()) : store.apply(durable);
    return outcomes.map(
        ofStored -> {
          var all = new ArrayList<Outcome>(events.size());
          var next = ofStored.iterator();
          for (StreamEvent event : events) all.add(event.isStored() ? next.next() : send(event));
          return all;
        });
  }

  private Outcome send(StreamEvent event) {
    var message =
        new EphemeralMessage(
            stream, event.type(), event.data(), Instant.now(), event.key(), client, null);
    return ephemeral.publish(message)
        ? Outcome.NEW
        : Outcome.rejected(
            Problem.tooMany("this node has too many ephemeral messages", RETRY_SECONDS));
  }
}
