package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.boardcast.testing.Services;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The members of a closed cluster accept everything that they send each other themselves. */
@Timeout(120)
class ClosedRegistryIT {
  private static final String ADDRESS = "news";

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger hazelcast = (Logger) LoggerFactory.getLogger("com.hazelcast");
  private ClosedCluster cluster;

  @BeforeEach
  void start() throws IOException {
    log.start();
    hazelcast.addAppender(log);
    cluster = ClosedCluster.start(Services.get().freshDatabase(), 3);
  }

  @AfterEach
  void stop() {
    cluster.close();
    hazelcast.detachAppender(log);
  }

  @Test
  void aBusLearnsOfChangedSubscriptionsByTheirEvents() {
    Queue<Integer> received = new ConcurrentLinkedQueue<>();
    for (int round = 0; round < 5; round++) {
      // Member 0 knows the subscribers of the address from the first message on, and who comes
      // later by events only, or by the next repair.
      MessageConsumer<Integer> own = cluster.vertx(0).eventBus().consumer(ADDRESS);
      own.handler(message -> {});
      cluster.vertx(0).eventBus().publish(ADDRESS, -1);
      MessageConsumer<Integer> other = cluster.vertx(1 + round % 2).eventBus().consumer(ADDRESS);
      ClosedCluster.await(other.handler(message -> received.add(message.body())).completion());
      Awaitility.await()
          .atMost(20, TimeUnit.SECONDS)
          .until(
              () -> {
                cluster.vertx(0).eventBus().publish(ADDRESS, 1);
                return !received.isEmpty();
              });
      ClosedCluster.await(other.unregister());
      ClosedCluster.await(own.unregister());
      received.clear();
    }
    List<String> refused =
        List.copyOf(log.list).stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
            .filter(event -> event.getThrowableProxy() != null)
            .map(event -> event.getThrowableProxy().getMessage())
            .toList();
    assertEquals(List.of(), refused, "what a member refused of another one");
    assertTrue(log.isStarted());
  }
}
