package dev.boardcast.gateway.autobahn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.config.Settings;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.autobahn.Case.Behavior;
import dev.boardcast.gateway.transport.EchoPorts;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of the Autobahn test suite 25.10.1 by their numbers, ported from Python 2, on the frame
 * path of the product at both ports. {@code -Dautobahn.messages=1000} sends as many messages as the
 * suite; {@link EchoPortsMain} serves the suite itself.
 */
@Timeout(120)
class AutobahnIT {
  private static final int MESSAGES = Integer.getInteger("autobahn.messages", 3);
  private static final int CASES = 517;
  private static final EchoPorts PORTS = new EchoPorts(config(), 0, 0);

  /** Messages of 16 MiB, which are far over the product's default. */
  static GatewayConfig config() {
    return Settings.of(
        GatewayConfig.class, "gateway-compression=on", "gateway-max-frame=" + (16 << 20));
  }

  @AfterAll
  static void stop() {
    PORTS.close();
  }

  static Stream<Case> cases() throws IOException {
    return Stream.of(
            FrameCases.all(),
            Utf8Cases.all(),
            CloseCases.all(),
            LimitCases.all(MESSAGES),
            DeflateCases.all(MESSAGES))
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theGatewaysPortBehaves(Case given) throws IOException {
    assertBehaves(given, PORTS.gateway());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theHttpPortBehaves(Case given) throws IOException {
    assertBehaves(given, PORTS.http());
  }

  @Test
  void allCasesAreThere() throws IOException {
    List<String> ids = cases().map(Case::id).toList();
    assertEquals(CASES, ids.size());
    assertEquals(CASES, new HashSet<>(ids).size());
  }

  private static void assertBehaves(Case given, int port) throws IOException {
    Behavior behavior = given.run(port);
    assertEquals(expected(given), behavior);
  }

  private static Behavior expected(Case given) {
    String id = given.id();
    if (id.startsWith("6.4.")) return Behavior.NON_STRICT;
    if (id.startsWith("7.13.") || id.equals("7.1.6")) return Behavior.INFORMATIONAL;
    boolean smallWindow =
        given.offers().stream().allMatch(offer -> offer.contains("server_max_window_bits=9"));
    return !given.offers().isEmpty() && smallWindow ? Behavior.UNIMPLEMENTED : Behavior.OK;
  }
}
