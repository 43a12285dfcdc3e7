package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.bus.Address;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.bus.security.ClusterSecret;
import dev.boardcast.bus.security.MessageSigner;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Services;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
  private final TypedBus[] buses = new TypedBus[NODES];
  private List<Integer> ports;

  @BeforeEach
  void start() throws IOException {
    ports = FreePorts.some(NODES);
    for (int i = 0; i < NODES; i++) join(i, OLD);
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
    join(index, secrets);
  }

  /** By an address with signatures, and by one without. */
  private void everyNodeReachesAll(String step) {
    everyNodeReachesAll(step, Addresses.FACTS_HINTS, FactsCommitted::new);
    everyNodeReachesAll(step, Addresses.NODE_BEACONS, SecretRotationIT::beacon);
    for (TypedBus bus : buses) assertEquals(Map.of(), rejected(bus));
  }

  /** The registry of subscriptions is not the same on all nodes at once: they publish again. */
  private <T> void everyNodeReachesAll(
      String step, Address<T> address, Function<String, T> message) {
    var received = new ArrayList<Set<T>>();
    var consumers = new ArrayList<MessageConsumer<?>>();
    for (TypedBus to : buses) {
      Set<T> messages = ConcurrentHashMap.newKeySet();
      received.add(messages);
      consumers.add(await(to.subscribe(address, messages::add)));
    }
    List<T> sent =
        IntStream.range(0, NODES).mapToObj(from -> message.apply(step + ", " + from)).toList();
    var all = Set.copyOf(sent);
    Awaitility.await(step + ", " + address.name())
        .atMost(30, TimeUnit.SECONDS)
        .pollInterval(200, TimeUnit.MILLISECONDS)
        .untilAsserted(
            () -> {
              for (int from = 0; from < NODES; from++) {
                buses[from].publish(address, sent.get(from));
              }
              assertEquals(List.of(all, all, all), received);
            });
    consumers.forEach(consumer -> await(consumer.unregister()));
  }

  private static NodeBeacon beacon(String node) {
    return new NodeBeacon(
        node, "1", List.of("api"), "127.0.0.1", 1, 2, NodeBeacon.UP, Instant.EPOCH);
  }

  /** How many messages a node dropped, by reason. */
  private static Map<String, Double> rejected(TypedBus bus) {
    var meters = new SimpleMeterRegistry();
    bus.rejected().bindTo(meters);
    return meters.getMeters().stream()
        .map(FunctionCounter.class::cast)
        .filter(counter -> counter.count() > 0)
        .collect(
            Collectors.toMap(counter -> counter.getId().getTag("reason"), FunctionCounter::count));
  }

  private void join(int index, String secrets) {
    var options =
        BoardcastOptions.defaults()
            .name("it-rotation")
            .postgres(db.postgresUri())
            .set("cluster-secret", secrets)
            .set("cluster-port", Integer.toString(ports.get(index)))
            .set(
                "cluster-members",
                ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
    members[index] = await(ClusteredVertx.vertx(options, new VertxOptions(), Vertx.builder()));
    var signer = MessageSigner.of(new ClusterSecret(List.of(secrets.split(","))));
    buses[index] = new TypedBus(members[index], "boardcast", signer);
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
