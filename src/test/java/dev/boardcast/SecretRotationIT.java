package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A secret is replaced by two rolling restarts, during which the cluster stays one. */
class SecretRotationIT {
  private static final String OLD = "the older secret of this cluster of 32+ bytes";
  private static final String NEW = "the newer secret of this cluster of 32+ bytes";
  private static final int NODES = 3;

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Vertx[] members = new Vertx[NODES];
  private List<Integer> ports;

  @BeforeEach
  void start() throws IOException {
    ports = FreePorts.some(NODES);
    for (int i = 0; i < NODES; i++) members[i] = join(i, OLD);
  }

  @AfterEach
  void stop() {
    for (Vertx member : members) await(member.close());
  }

  @Test
  void everyNodeReachesAllOthersAtEachStep() {
    everyNodeReachesAll("before");
    for (int i = 0; i < NODES; i++) {
      restart(i, NEW + "," + OLD);
      everyNodeReachesAll("first restart, node " + i);
    }
    for (int i = 0; i < NODES; i++) {
      restart(i, NEW);
      everyNodeReachesAll("second restart, node " + i);
    }
  }

  private void restart(int index, String secrets) {
    await(members[index].close());
    members[index] = join(index, secrets);
  }

  /** The registry of subscriptions is not the same on all nodes at once: they publish again. */
  private void everyNodeReachesAll(String step) {
    var received = new ArrayList<Set<FactsCommitted>>();
    var consumers = new ArrayList<MessageConsumer<?>>();
    for (Vertx to : members) {
      Set<FactsCommitted> messages = ConcurrentHashMap.newKeySet();
      received.add(messages);
      consumers.add(await(new TypedBus(to).subscribe(Addresses.FACTS_HINTS, messages::add)));
    }
    var all =
        IntStream.range(0, NODES)
            .mapToObj(from -> new FactsCommitted(step + ", from " + from))
            .collect(Collectors.toSet());
    Awaitility.await(step)
        .atMost(30, TimeUnit.SECONDS)
        .pollInterval(200, TimeUnit.MILLISECONDS)
        .untilAsserted(
            () -> {
              for (int from = 0; from < NODES; from++) {
                new TypedBus(members[from])
                    .publish(Addresses.FACTS_HINTS, new FactsCommitted(step + ", from " + from));
              }
              assertEquals(List.of(all, all, all), received);
            });
    consumers.forEach(consumer -> await(consumer.unregister()));
  }

  private Vertx join(int index, String secrets) {
    var options =
        BoardcastOptions.defaults()
            .name("it-rotation")
            .postgres(db.postgresUri())
            .set("cluster-secret", secrets)
            .set("cluster-port", Integer.toString(ports.get(index)))
            .set(
                "cluster-members",
                ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
    return await(ClusteredVertx.vertx(options, new VertxOptions(), Vertx.builder()));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
