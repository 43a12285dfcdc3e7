package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.testing.FreePorts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusteredVertxIT {
  private final List<Vertx> members = new ArrayList<>();

  @AfterEach
  void stop() {
    members.forEach(vertx -> await(vertx.close()));
  }

  @Test
  void nodesOfTheirListExchangeMessages() throws IOException {
    int first = FreePorts.one();
    int second = FreePorts.one();
    var list = List.of("127.0.0.1:" + first, "127.0.0.1:" + second);
    Vertx one = join(config("it-list", first, list));
    Vertx two = join(config("it-list", second, list));
    messageArrives(one, two);
    messageArrives(two, one);
  }

  @Test
  void nodesOfOneMachineFindEachOtherWithoutAList() throws IOException {
    int port = FreePorts.one();
    Vertx one = join(config("it-local", port, List.of()));
    Vertx two = join(config("it-local", port, List.of()));
    Vertx three = join(config("it-local", port, List.of()));
    messageArrives(one, three);
    messageArrives(three, two);
  }

  @Test
  void nodesExchangeMessagesWhenHostNamesAreListed() throws IOException {
    int first = FreePorts.one();
    int second = FreePorts.one();
    var list = List.of("localhost:" + first, "localhost:" + second);
    Vertx one = join(named("it-names", first, list));
    Vertx two = join(named("it-names", second, list));
    messageArrives(one, two);
    messageArrives(two, one);
  }

  @Test
  void aTakenPortOfAListedNodeFailsTheJoin() throws IOException {
    try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      var config = config("it-taken", port, List.of("127.0.0.1:" + port));
      var failure = assertThrows(CompletionException.class, () -> join(config));
      assertTrue(failure.getCause().getMessage().contains("Port [" + port + "]"), "names the port");
    }
  }

  @Test
  void aMissingHazelcastFileFailsTheJoin() {
    var config = config("it-file", 0, List.of()).set("cluster-hazelcast-file", "nowhere.xml");
    var failure = assertThrows(CompletionException.class, () -> join(config));
    assertEquals("cannot read nowhere.xml", failure.getCause().getMessage());
  }

  private Vertx join(BoardcastOptions config) {
    Vertx vertx = await(ClusteredVertx.vertx(config, new VertxOptions(), Vertx.builder()));
    members.add(vertx);
    return vertx;
  }

  private static void messageArrives(Vertx from, Vertx to) {
    Promise<FactsCommitted> arrived = Promise.promise();
    var consumer = await(new TypedBus(to).subscribe(Addresses.FACTS_HINTS, arrived::tryComplete));
    new TypedBus(from).publish(Addresses.FACTS_HINTS, new FactsCommitted("routing"));
    assertEquals(new FactsCommitted("routing"), await(arrived.future()));
    await(consumer.unregister());
  }

  private static BoardcastOptions named(String name, int port, List<String> members) {
    return config(name, port, members).set("cluster-host", "localhost");
  }

  private static BoardcastOptions config(String name, int port, List<String> members) {
    return BoardcastOptions.defaults()
        .name(name)
        .set("cluster-port", Integer.toString(port))
        .set("cluster-members", String.join(",", members));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
