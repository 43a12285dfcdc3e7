package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.web.CidrBlock;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No form of a local address is a target, unless it is listed. */
class TargetResolverTest {
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void close() throws Exception {
    VERTX.close().await(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.9.10",
        "localhost",
        "2130706433",
        "127.1",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]"
      })
  void aLocalAddressIsRefused(String host) {
    var resolver = new TargetResolver(VERTX, List.of());
    var refused =
        assertThrows(
            DeliveryException.class, () -> resolver.resolve(host).await(10, TimeUnit.SECONDS));
    assertTrue(refused.getMessage().contains("alerts-private-targets"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x7f000001", "0x7f.0.0.1", "017700000001"})
  void otherFormsOfTheLoopbackAddressAreRefusedOrUnknown(String host) {
    var resolver = new TargetResolver(VERTX, List.of());
    assertThrows(DeliveryException.class, () -> resolver.resolve(host).await(10, TimeUnit.SECONDS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "8.8.8.8", "[2001:db8::1]", "[2606:4700::1111]"})
  void anAddressOfTheInternetIsNotRefused(String host) throws Exception {
    var resolver = new TargetResolver(VERTX, List.of());
    var found = resolver.resolve(host).await(10, TimeUnit.SECONDS);
    assertEquals(host.contains(":"), found.getAddress().length == 16);
  }

  @Test
  void aListedNetworkIsATargetAndItsNeighborIsNot() throws Exception {
    var resolver = new TargetResolver(VERTX, List.of(CidrBlock.parse("127.0.0.0/8")));
    assertEquals(
        "127.0.0.1", resolver.resolve("127.0.0.1").await(10, TimeUnit.SECONDS).getHostAddress());
    assertEquals(
        "127.0.0.1",
        resolver.resolve("[::ffff:127.0.0.1]").await(10, TimeUnit.SECONDS).getHostAddress());
    assertThrows(
        DeliveryException.class, () -> resolver.resolve("10.0.0.1").await(10, TimeUnit.SECONDS));
  }
}
