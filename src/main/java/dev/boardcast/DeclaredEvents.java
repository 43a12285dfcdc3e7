package dev.boardcast;

import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Publishes events of boards, whose types their modules declare: applications must not publish
 * these, so one that is not declared is a defect of the module. Thread safe.
 *
 * @param types see {@link BoardModule#eventTypes}
 */
record DeclaredEvents(EventPublisher publisher, Supplier<Set<String>> types)
    implements EventPublisher {
  @Override
  public Future<Void> append(SqlClient transaction, List<NewEvent> events) {
    for (NewEvent event : events) {
      if (!types.get().contains(event.type())) {
        return Future.failedFuture(
            new IllegalStateException(
                "no module declares the event type "
                    + event.type()
                    + "; add it to its BoardModule.eventTypes"));
      }
    }
    return publisher.append(transaction, events);
  }

  @Override
  public void committed(Collection<NewEvent> events) {
    publisher.committed(events);
  }
}
