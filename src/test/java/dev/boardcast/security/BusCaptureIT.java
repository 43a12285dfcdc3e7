package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.ClusteredVertx;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.RelayProxy;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records every byte that one node's bus sends to another's. */
@Timeout(120)
class BusCaptureIT {
  private static final String MARKER = "marker0f3a9c";
  private static final String NAME = "it-capture";

  private final Vertx wire = Vertx.vertx();
  private RelayProxy relay;
  private Vertx sender;
  private Vertx receiver;

  @AfterEach
  void stop() throws Exception {
    ClosedCluster.await(sender.close());
    ClosedCluster.await(receiver.close());
    relay.close();
    ClosedCluster.await(wire.close());
  }

  @ParameterizedTest(name = "with a secret: {0}")
  @ValueSource(booleans = {true, false})
  void messagesCanBeReadWithoutASecretOnly(boolean hasSecret) throws Exception {
    List<Integer> ports = FreePorts.some(3);
    relay = RelayProxy.recording(wire, "127.0.0.1", ports.get(2));
    sender = join(ports, 0, hasSecret, new VertxOptions());
    // Other nodes reach it through the relay.
    var options = new VertxOptions();
    options.getEventBusOptions().setClusterPublicPort(relay.port());
    receiver = join(ports, 1, hasSecret, options);

    BlockingQueue<FactsCommitted> received = new LinkedBlockingQueue<>();
    ClosedCluster.await(
        new TypedBus(receiver, NAME).subscribe(Addresses.FACTS_HINTS, received::add));
    FactsCommitted arrived = null;
    for (int i = 0; i < 50 && arrived == null; i++) {
      new TypedBus(sender, NAME).publish(Addresses.FACTS_HINTS, new FactsCommitted(MARKER));
      arrived = received.poll(200, TimeUnit.MILLISECONDS);
    }
    assertEquals(new FactsCommitted(MARKER), arrived);
    assertTrue(relay.size() > 0, "the message has come this way");
    for (String text : List.of(MARKER, Addresses.FACTS_HINTS.name(), NAME)) {
      assertEquals(!hasSecret, relay.saw(text), text);
    }
  }

  private static Vertx join(List<Integer> ports, int index, boolean hasSecret, VertxOptions vertx) {
    var options =
        BoardcastOptions.defaults()
            .name(NAME)
            .set("cluster-port", Integer.toString(ports.get(index)))
            .set("cluster-bus-port", Integer.toString(index == 1 ? ports.get(2) : 0))
            .set(
                "cluster-members",
                ports.subList(0, 2).stream()
                    .map(port -> "127.0.0.1:" + port)
                    .collect(Collectors.joining(",")));
    if (hasSecret) options = options.clusterSecret(ClosedCluster.SECRET);
    return ClosedCluster.await(ClusteredVertx.vertx(options, vertx, Vertx.builder()));
  }
}
