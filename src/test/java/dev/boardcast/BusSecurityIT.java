package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.bus.security.BusTls;
import dev.boardcast.bus.security.ClusterSecret;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.Main;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node requires of the event bus that it starts on. */
@Timeout(180)
class BusSecurityIT {
  private static final String SECRET = "a cluster secret for tests of 32+ bytes";

  @TempDir private Path directory;
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final List<Vertx> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(vertx -> await(vertx.close()));
  }

  @Test
  void theProgramDoesNotStartWithoutASecretWhereOthersReachIt() {
    var err = new StringWriter();
    int code =
        Main.commandLine(Clock.systemUTC())
            .setErr(new PrintWriter(err, true))
            .execute(
                "serve",
                "--host=0.0.0.0",
                "--cluster-host=" + reachable(),
                "--http-port=0",
                "--gateway-port=0",
                "--pg=" + db.postgresUri(),
                "--redis=" + db.redisUri(),
                "--jwt-secret=" + Cluster.SECRET,
                "--data-dir=" + directory);
    assertEquals(2, code, err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().startsWith("boardcast: cluster-secret was"), err::toString);
    assertTrue(err.toString().contains("openssl rand -base64 32"), err::toString);
  }

  @Test
  void anOpenBusThatOthersReachIsRefusedUnlessItIsTrusted() {
    Vertx open = host(new VertxOptions());
    var refused =
        assertThrows(
            CompletionException.class, () -> await(Boardcast.deploy(open, node(), List.of())));
    var reason = assertInstanceOf(InvalidSettingException.class, refused.getCause());
    assertEquals("cluster-trust-bus", reason.key());
    var trusting = node().set("cluster-trust-bus", "on");
    await(await(Boardcast.deploy(open, trusting, List.of())).close());
  }

  @Test
  void anOpenBusAtAllAddressesIsRefusedAlsoIfItIsKnownByALoopbackAddress() {
    reachable();
    var options = new VertxOptions();
    options.getEventBusOptions().setClusterPublicHost("127.0.0.1");
    Vertx open = host(options, "0.0.0.0");
    var refused =
        assertThrows(
            CompletionException.class, () -> await(Boardcast.deploy(open, node(), List.of())));
    assertInstanceOf(InvalidSettingException.class, refused.getCause());
  }

  @Test
  void anOpenBusThatOnlyThisMachineReachesIsAccepted() {
    Vertx open = host(new VertxOptions(), "127.0.0.1");
    await(await(Boardcast.deploy(open, node(), List.of())).close());
  }

  @Test
  void aBusWithTlsThatAsksForNoCertificateIsRefused() {
    var options = new VertxOptions();
    BusTls.apply(new ClusterSecret(List.of(SECRET)), options.getEventBusOptions());
    options.getEventBusOptions().setClientAuth(ClientAuth.NONE);
    Vertx open = host(options);
    assertThrows(CompletionException.class, () -> await(Boardcast.deploy(open, node(), List.of())));
  }

  @Test
  void aSecuredBusIsAccepted() {
    Vertx closed = host(node().set("cluster-secret", SECRET).secure(new VertxOptions()));
    await(await(Boardcast.deploy(closed, node(), List.of())).close());
  }

  @Test
  void thereIsNothingToSecureABusByWithoutASecret() {
    assertThrows(InvalidSettingException.class, () -> node().secure(new VertxOptions()));
  }

  @Test
  void nodesWithCertificatesOfTheirOwnReachEachOther() throws IOException {
    List<Integer> ports = FreePorts.some(2);
    Vertx one = await(ClusteredVertx.vertx(own(ports, 0), new VertxOptions(), Vertx.builder()));
    started.add(one);
    Vertx two = await(ClusteredVertx.vertx(own(ports, 1), new VertxOptions(), Vertx.builder()));
    started.add(two);
    Promise<FactsCommitted> arrived = Promise.promise();
    await(new TypedBus(two).subscribe(Addresses.FACTS_HINTS, arrived::tryComplete));
    new TypedBus(one).publish(Addresses.FACTS_HINTS, new FactsCommitted("routing"));
    assertEquals(new FactsCommitted("routing"), await(arrived.future()));
  }

  /** Its certificate is of an authority that both trust, and that no secret is the seed of. */
  private BoardcastOptions own(List<Integer> ports, int index) throws IOException {
    var bus = new EventBusOptions();
    BusTls.apply(new ClusterSecret(List.of("the seed of an authority of their own")), bus);
    var key = (PemKeyCertOptions) bus.getKeyCertOptions();
    var trusted = (PemTrustOptions) bus.getTrustOptions();
    Path of = Files.createDirectories(directory.resolve("node-" + index));
    return BoardcastOptions.defaults()
        .name("it-own-certificates")
        .set("cluster-port", Integer.toString(ports.get(index)))
        .set(
            "cluster-members",
            ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")))
        .set(
            "cluster-tls-cert",
            Files.write(of.resolve("cert.pem"), key.getCertValue().getBytes()).toString())
        .set(
            "cluster-tls-key",
            Files.write(of.resolve("key.pem"), key.getKeyValue().getBytes()).toString())
        .set(
            "cluster-tls-ca",
            Files.write(of.resolve("ca.pem"), trusted.getCertValues().get(0).getBytes())
                .toString());
  }

  /** A clustered Vert.x of an application, whose bus other machines reach. */
  private Vertx host(VertxOptions options) {
    return host(options, reachable());
  }

  private Vertx host(VertxOptions options, String bound) {
    options.getEventBusOptions().setHost(bound);
    var manager =
        ClusteredVertx.manager(
            BoardcastOptions.defaults()
                .name("it-host-" + System.nanoTime())
                .set("cluster-port", "0"));
    Vertx vertx = await(Vertx.builder().with(options).withClusterManager(manager).buildClustered());
    started.add(vertx);
    return vertx;
  }

  private BoardcastOptions node() {
    return BoardcastOptions.local(db.postgresUri(), db.redisUri(), Cluster.SECRET);
  }

  private static String reachable() {
    try {
      var found =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
              .filter(Inet4Address.class::isInstance)
              .map(InetAddress::getHostAddress)
              .findFirst();
      Assumptions.assumeTrue(found.isPresent(), "this machine has no address but loopback");
      return found.get();
    } catch (IOException unknown) {
      throw new AssertionError(unknown);
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
