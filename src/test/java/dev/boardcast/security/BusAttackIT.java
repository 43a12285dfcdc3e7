package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.bus.security.BusPort;
import dev.boardcast.security.BusAttacker.Outcome;
import dev.boardcast.testing.Services;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What peers that are no nodes, and nodes that send nonsense, can do to the event bus of a closed
 * cluster.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BusAttackIT {
  private static final String ADDRESS = ClosedCluster.NAME + "." + Addresses.FACTS_HINTS.name();
  private static final String CODEC = ADDRESS + ".json";
  private static final Buffer FORGED =
      BusAttacker.message(ADDRESS, CODEC, BusAttacker.json("{\"board\":\"forged\"}"));
  private static final Buffer HUGE = Buffer.buffer().appendInt(Integer.MAX_VALUE);

  private final Vertx attackers = Vertx.vertx();
  private final BlockingQueue<FactsCommitted> received = new LinkedBlockingQueue<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ClosedCluster cluster;
  private TypedBus sender;

  @BeforeAll
  void start() throws Exception {
    cluster = ClosedCluster.start(Services.get().freshDatabase(), 2);
    var receiver = new TypedBus(cluster.vertx(0), ClosedCluster.NAME);
    receiver.rejected().bindTo(meters);
    ClosedCluster.await(receiver.subscribe(Addresses.FACTS_HINTS, received::add));
    sender = new TypedBus(cluster.vertx(1), ClosedCluster.NAME);
  }

  @AfterAll
  void stop() {
    cluster.close();
    ClosedCluster.await(attackers.close());
  }

  @Test
  void nodesReachEachOther() throws InterruptedException {
    nodesGoOn("any");
  }

  @Test
  void aStrangerWithoutTlsReachesNothing() throws InterruptedException {
    getsNowhere(BusAttacker.plain(attackers, cluster.busPort(0)));
  }

  @Test
  void aStrangerWithoutACertificateReachesNothing() throws InterruptedException {
    getsNowhere(BusAttacker.withoutCertificate(attackers, cluster.busPort(0)));
  }

  @Test
  void aStrangerWithACertificateOfAnotherClusterReachesNothing() throws InterruptedException {
    getsNowhere(
        BusAttacker.withSecret(
            attackers, cluster.busPort(0), "the secret of quite another cluster of 32+ bytes"));
  }

  @Test
  void aLengthOfTwoGigabytesTakesNoMemoryOfAStranger() throws InterruptedException {
    for (BusAttacker stranger : strangers()) {
      try (stranger) {
        Optional<Long> written = stranger.flood(HUGE, 256L << 20);
        assertTrue(written.isPresent(), "the connection ends before 256 MiB");
      }
    }
    nodesGoOn("after floods");
  }

  @Test
  void silentConnectionsAreBoundedAndKeepNoNodeOut() throws Exception {
    var silent = new ArrayList<RawHttp>();
    try {
      for (int i = 0; i < 100; i++) silent.add(new RawHttp(cluster.busPort(0)));
      // Long before the time of a handshake is over.
      long start = System.nanoTime();
      for (RawHttp each : silent.subList(0, 100 - BusPort.MAX_OF_ADDRESS)) {
        assertEquals("", each.rest());
      }
      assertTrue(System.nanoTime() - start < 2_000_000_000L);
      assertTrue(silent.get(99).isSilentFor(100));
      try (var node = BusAttacker.withSecret(attackers, cluster.busPort(0), ClosedCluster.SECRET)) {
        for (int i = 0; i < 3; i++) assertEquals(Outcome.ANSWERED, node.send(Buffer.buffer()));
      }
      nodesGoOn("beside silent peers");
    } finally {
      for (RawHttp each : silent) each.close();
    }
  }

  @Test
  void malformedMessagesOfANodeAreDroppedAndCounted() throws InterruptedException {
    List<Double> before = rejected();
    try (var node = BusAttacker.withSecret(attackers, cluster.busPort(0), ClosedCluster.SECRET)) {
      assertEquals(Outcome.ANSWERED, node.send(json("no JSON")));
      assertEquals(Outcome.ANSWERED, node.send(json("{\"board\":null}")));
      assertEquals(Outcome.ANSWERED, node.send(json("{\"board\":\"a\",\"more\":1}")));
      assertEquals(
          Outcome.ANSWERED,
          node.send(
              BusAttacker.message(ADDRESS, CODEC, Buffer.buffer().appendInt(Integer.MAX_VALUE))));
      // A message of another address, sent to this one.
      String hints = ClosedCluster.NAME + "." + Addresses.OUTBOX_HINTS.name() + ".json";
      assertEquals(
          Outcome.ANSWERED,
          node.send(BusAttacker.message(ADDRESS, hints, BusAttacker.json("{\"shard\":1}"))));
      assertEquals(Outcome.ANSWERED, node.send(json("{\"board\":\"valid\"}")));
    }
    assertEquals(new FactsCommitted("valid"), received.poll(20, TimeUnit.SECONDS));
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    List.of(before.get(0) + 2, before.get(1) + 2, before.get(2) + 1), rejected()));
    nodesGoOn("after nonsense");
  }

  @Test
  void aNodeThatSendsGarbageHarmsItsOwnConnectionOnly() throws InterruptedException {
    byte[] garbage = new byte[4_096];
    new Random(1).nextBytes(garbage);
    try (var node = BusAttacker.withSecret(attackers, cluster.busPort(0), ClosedCluster.SECRET)) {
      node.send(Buffer.buffer().appendInt(garbage.length).appendBytes(garbage));
      nodesGoOn("after garbage");
      assertEquals(Outcome.ANSWERED, node.send(Buffer.buffer()), "on another connection");
    }
  }

  private List<BusAttacker> strangers() {
    return List.of(
        BusAttacker.plain(attackers, cluster.busPort(0)),
        BusAttacker.withoutCertificate(attackers, cluster.busPort(0)));
  }

  private void getsNowhere(BusAttacker stranger) throws InterruptedException {
    List<Double> before = rejected();
    try (stranger) {
      assertEquals(Outcome.CLOSED, stranger.send(FORGED));
      assertEquals(Outcome.CLOSED, stranger.send(Buffer.buffer()));
    }
    nodesGoOn("after strangers");
    assertEquals(before, rejected(), "nothing was decoded");
  }

  /** The next message is one of a node. */
  private void nodesGoOn(String board) throws InterruptedException {
    sender.publish(Addresses.FACTS_HINTS, new FactsCommitted(board));
    assertEquals(new FactsCommitted(board), received.poll(20, TimeUnit.SECONDS));
  }

  /** How many messages were rejected by codec, schema and address. */
  private List<Double> rejected() {
    return Stream.of("codec", "schema", "address")
        .map(
            reason ->
                meters
                    .get("boardcast.bus.messages.rejected")
                    .tag("reason", reason)
                    .functionCounter()
                    .count())
        .toList();
  }

  private static Buffer json(String text) {
    return BusAttacker.message(ADDRESS, CODEC, BusAttacker.json(text));
  }
}
