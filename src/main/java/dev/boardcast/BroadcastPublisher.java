package dev.boardcast;

import dev.boardcast.engine.EventStore;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Publishes events of the application at once: there is no transaction. */
record BroadcastPublisher(EventStore store) implements EventPublisher {
  @Override
  public Future<Void> append(SqlClient transaction, List<NewEvent> events) {
    if (events.isEmpty()) return Future.succeededFuture();
    return store
        .store(
            events.stream().map(event -> new EventStore.Item(event, null, null)).toList(),
            Optional.empty())
        .mapEmpty();
  }

  @Override
  public void committed(Collection<NewEvent> events) {}
}
