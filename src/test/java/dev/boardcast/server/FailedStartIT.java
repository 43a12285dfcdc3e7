package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Program;
import dev.boardcast.testing.Services;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the program says when it cannot start, as a member of a cluster with fixed ports. */
@Timeout(300)
class FailedStartIT {
  private static final Duration LONG = Duration.ofSeconds(120);

  private final DatabaseConfig db = Services.get().freshDatabase();

  @ParameterizedTest
  @CsvSource({
    "':[^:@]+@', ':wrong@', refuses user \"boardcast\": check user and password in pg",
    "'/[^/]+$', '/nosuch', has no database \"nosuch\": create it"
  })
  void namesWhatIsWrongWithTheDatabase(String part, String by, String cause) throws Exception {
    List<Integer> ports = FreePorts.some(2);
    try (var node = start(db.postgresUri().replaceFirst(part, by), ports, 0, "127.0.0.1")) {
      assertEquals(1, node.exitCode(LONG));
      String reason = reason(node);
      assertTrue(reason.contains("cannot start: pg 127.0.0.1:"), reason);
      assertTrue(reason.contains(cause), reason);
      assertFalse(node.errors().contains("already completed"), node.errors());
    }
  }

  @Test
  void namesThePortOfAdministration() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var node =
            start(
                db.postgresUri(),
                FreePorts.some(2),
                0,
                "127.0.0.1",
                "--admin-port",
                Integer.toString(taken.getLocalPort()))) {
      assertEquals(1, node.exitCode(LONG));
      assertTrue(
          reason(node).contains("admin-port " + taken.getLocalPort() + " is already in use"),
          reason(node));
    }
  }

  /** As one without memory does, it holds its ports and answers nobody. */
  @Test
  void namesTheMemberThatDoesNotAnswer() throws Exception {
    List<Integer> ports = FreePorts.some(2);
    try (var sick = start(db.postgresUri(), ports, 0, "127.0.0.1")) {
      sick.awaitReady(LONG);
      sick.signal("STOP");
      try (var node = start(db.postgresUri(), ports, 1, "127.0.0.1")) {
        assertEquals(1, node.exitCode(LONG));
        String expected =
            "member 127.0.0.1:" + ports.get(0) + " holds its port and does not answer";
        assertTrue(reason(node).contains(expected), reason(node));
      } finally {
        sick.signal("CONT");
      }
    }
  }

  @Test
  void nodesAtAddressesOfIpv6FormAClusterAndSayWhereTheyAre() throws Exception {
    List<Integer> ports = FreePorts.some(2);
    try (var first = start(db.postgresUri(), ports, 0, "::1");
        var second = start(db.postgresUri(), ports, 1, "::1")) {
      URI ready = first.awaitReady(LONG);
      assertEquals("[::1]", ready.getHost());
      second.awaitReady(LONG);
      first.signal("TERM");
      assertEquals(143, first.exitCode(LONG));
      second.signal("TERM");
      assertEquals(143, second.exitCode(LONG));
      assertFalse(first.errors().contains("already completed"), first.errors());
    }
  }

  private Program start(
      String postgres, List<Integer> ports, int index, String host, String... more)
      throws Exception {
    String name = host.contains(":") ? "[" + host + "]" : host;
    var arguments =
        new ArrayList<String>(
            List.of(
                "serve",
                "--host=" + host,
                "--http-port=0",
                "--gateway-port=0",
                "--pg=" + postgres,
                "--redis=" + db.redisUri(),
                "--cluster-name=failed-" + ports.get(0),
                "--cluster-port=" + ports.get(index),
                "--cluster-members="
                    + String.join(",", ports.stream().map(port -> name + ":" + port).toList()),
                "--jwt-secret=" + Cluster.SECRET));
    arguments.addAll(List.of(more));
    return Program.start(arguments.toArray(String[]::new));
  }

  private static String reason(Program node) throws Exception {
    return node.errors()
        .lines()
        .filter(line -> line.startsWith("boardcast: cannot start: "))
        .findFirst()
        .orElseGet(() -> "no reason");
  }
}
