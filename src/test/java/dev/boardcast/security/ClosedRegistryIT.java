package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.bus.hazelcast.RegistryMember;
import dev.boardcast.testing.Services;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The members of a closed cluster accept everything that they send each other themselves. */
@Timeout(120)
class ClosedRegistryIT {
  private static final String ADDRESS = "news";

  private ClosedCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = ClosedCluster.start(Services.get().freshDatabase(), 3);
  }

  @AfterEach
  void stop() {
    cluster.close();
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
    for (int member = 0; member < 3; member++) assertEquals(0, refusals(member));
  }

  private long refusals(int member) {
    return ((RegistryMember) ((VertxInternal) cluster.vertx(member)).clusterManager()).refusals();
  }
}
