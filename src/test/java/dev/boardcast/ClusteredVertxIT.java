package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.testing.FreePorts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<jet enabled=\"true\"/>",
        "<user-code-deployment enabled=\"true\"/>",
        "<network><rest-api enabled=\"true\"/></network>",
        "<network><memcache-protocol enabled=\"true\"/></network>",
        "<network><join><multicast enabled=\"true\"/></join></network>",
        "<management-center scripting-enabled=\"true\"/>",
        "<advanced-network enabled=\"true\"/>"
      })
  void aHazelcastFileThatOpensTheClusterIsRefused(String opening, @TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("hazelcast.xml"), hazelcast(opening));
    var config = config("it-open", 0, List.of()).set("cluster-hazelcast-file", file.toString());
    var failure = assertThrows(CompletionException.class, () -> join(config));
    var refused = assertInstanceOf(InvalidSettingException.class, failure.getCause());
    assertEquals("cluster-hazelcast-file", refused.key());
    assertTrue(
        opening.contains(refused.expected().replaceAll("no (\\S+).*", "$1")), refused::expected);
  }

  @Test
  void aHazelcastFileCannotChangeWhereAMemberListens(@TempDir Path directory) throws IOException {
    int port = FreePorts.one();
    int other = FreePorts.one();
    String network =
        "<network><port auto-increment=\"false\">"
            + other
            + "</port><interfaces enabled=\"true\"><interface>0.0.0.0</interface></interfaces>"
            + "</network>";
    Path file = Files.writeString(directory.resolve("hazelcast.xml"), hazelcast(network));
    join(
        config("it-where", port, List.of("127.0.0.1:" + port))
            .set("cluster-hazelcast-file", file.toString()));
    assertTrue(listens("127.0.0.1", port));
    assertFalse(listens("127.0.0.1", other));
    for (String address : otherAddresses()) assertFalse(listens(address, port), address);
  }

  private static String hazelcast(String content) {
    return "<hazelcast xmlns=\"http://www.hazelcast.com/schema/config\">"
        + content
        + "</hazelcast>";
  }

  private static boolean listens(String address, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2_000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static List<String> otherAddresses() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .map(InetAddress::getHostAddress)
        .toList();
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
