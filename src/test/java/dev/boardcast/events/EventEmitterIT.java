package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import dev.boardcast.testing.FaultyProxy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(VertxExtension.class)
@Timeout(90)
class EventEmitterIT {
  private static final EmitterConfig QUICK =
      Settings.of(
          EmitterConfig.class, "emitter-batch=50", "emitter-lease-ttl=2s", "emitter-beacon=100ms");

  /** A lease that outlives all faults of the tests, so that one holder publishes everything. */
  private static final EmitterConfig PATIENT =
      Settings.of(
          EmitterConfig.class, "emitter-batch=50", "emitter-lease-ttl=30s", "emitter-beacon=100ms");

  @RegisterExtension final TestDatabase database = new TestDatabase();

  private Vertx vertx;
  private TypedBus bus;
  private Pool pool;
  private Outbox outbox;
  private EventLog log;
  private BusRecorder recorder;

  @BeforeEach
  void open(Vertx vertx) throws Exception {
    this.vertx = vertx;
    bus = new TypedBus(vertx);
    pool = database.pool(vertx);
    outbox = new Outbox(vertx, bus);
    log = new EventLog(pool);
    recorder = new BusRecorder(bus);
  }

  @Test
  void eightWritersLoseNothingAndEachFactKeepsItsOrder() throws Exception {
    deploy("only", pool, QUICK);

    new Writers(pool, outbox).run(8, 80);

    recorder.awaitEvent(0, 8 * 70);
    assertLogIsWhole(8 * 70);
    assertEquals(logged(), recorder.events(0));
  }

  @Test
  void rowsWithoutAHintAreFoundByTheHeartbeat() throws Exception {
    deploy("only", pool, QUICK);

    await(outbox.append(pool, List.of(Writers.event(1, 1))));

    recorder.awaitEvent(0, 1);
  }

  @Test
  void anotherNodeContinuesAfterTheHolderWasDisconnected() throws Exception {
    Pool doomed = database.pool(vertx);
    deploy("doomed", doomed, QUICK);
    append(1);
    recorder.awaitEvent(0, 1);
    deploy("heir", database.pool(vertx), QUICK);
    append(2);
    recorder.awaitEvent(0, 2);
    assertEquals("doomed", holder());

    await(doomed.close());
    append(3);

    recorder.awaitEvent(0, 3);
    assertEquals("heir", holder());
    assertEquals(logged(), recorder.distinctEvents(0));
  }

  @Test
  void twoEmittersPublishEachEventOnce() throws Exception {
    deploy("one", database.pool(vertx), QUICK);
    deploy("two", database.pool(vertx), QUICK);

    new Writers(pool, outbox).run(4, 40);

    recorder.awaitEvent(0, 4 * 35);
    assertLogIsWhole(4 * 35);
    assertEquals(logged(), recorder.events(0));
  }

  @Test
  void eventsThatACrashedEmitterDidNotPublishArePublishedByTheNext() throws Exception {
    append(1);
    append(2);
    var crashed = new Lease("emitter.0", "crashed", Duration.ofMillis(500));
    long token = await(Leases.acquire(crashed, pool)).getAsLong();
    await(new OutboxDrain(pool, crashed, Shards.PEOPLE, 100).run(token, 0));

    deploy("successor", pool, QUICK);

    var beacon = recorder.awaitBeacon(0, 2);
    assertEquals(await(log.heads()).get(0).epoch(), beacon.epoch());
    assertEquals(2, logged().size());
    append(3);
    recorder.awaitEvent(0, 3);
    assertEquals(logged(), recorder.events(0));
  }

  @Test
  void eventsWhoseResponseWasLostAfterTheCommitArePublishedFromTheLog() throws Exception {
    var proxy = new FaultyProxy(vertx, database.uri());
    deploy("only", TestDatabase.pool(vertx, proxy.uri()), PATIENT);
    append(1);
    recorder.awaitEvent(0, 1);

    proxy.loseResponseWith("fact_changed");
    append(2);
    recorder.awaitEvent(0, 2);
    append(3);
    recorder.awaitEvent(0, 3);

    assertTrue(proxy.sawResponse());
    assertEquals(logged(), recorder.events(0));
  }

  @Test
  void aLateResponseChangesNothing() throws Exception {
    var proxy = new FaultyProxy(vertx, database.uri());
    deploy("only", TestDatabase.pool(vertx, proxy.uri()), QUICK);
    append(1);
    recorder.awaitEvent(0, 1);

    proxy.delayResponseWith("fact_changed");
    append(2);
    recorder.awaitEvent(0, 2);
    append(3);
    recorder.awaitEvent(0, 3);
    assertTrue(proxy.sawResponse());
    proxy.release();
    append(4);

    recorder.awaitEvent(0, 4);
    assertEquals(logged(), recorder.events(0));
  }

  @Test
  void closedConnectionsLoseAndRepeatNothing() throws Exception {
    deploy("only", emitterPool("emitter_under_fire"), PATIENT);
    var writers = new Writers(pool, outbox);
    long fire = vertx.setPeriodic(40, tick -> cutConnections("emitter_under_fire"));

    writers.run(8, 80);
    vertx.cancelTimer(fire);

    recorder.awaitEvent(0, 8 * 70);
    assertLogIsWhole(8 * 70);
    assertEquals(logged(), recorder.events(0));
  }

  @Test
  void anEmitterStartsWithoutADatabaseAndContinuesWhenItIsUp() throws Exception {
    var proxy = new FaultyProxy(vertx, database.uri());
    proxy.down(true);
    deploy("early", TestDatabase.pool(vertx, proxy.uri()), QUICK);
    append(1);

    proxy.down(false);

    recorder.awaitEvent(0, 1);
  }

  @Test
  void undeployingReleasesTheLeasesAndAnotherContinuesWithTheNextSequence() throws Exception {
    String first = deploy("first", pool, PATIENT);
    append(1);
    recorder.awaitEvent(0, 1);

    await(vertx.undeploy(first));
    String held = "SELECT FROM lease WHERE expires_at > now()";
    assertEquals(0, await(pool.query(held).execute()).size());
    deploy("second", pool, PATIENT);
    append(2);

    recorder.awaitEvent(0, 2);
    assertEquals("second", holder());
    assertEquals(logged(), recorder.distinctEvents(0));
  }

  @Test
  void everyShardIsServed() throws Exception {
    deploy("only", pool, QUICK);
    var names = List.of("alerts", "agents", "providers", "a", "b", "c", "d", "user.1");

    for (String name : names) {
      var data = RawJson.of("{}");
      var event = new NewEvent(UUID.randomUUID(), "happened", List.of(name), data, Instant.now());
      await(outbox.append(pool, List.of(event)));
      outbox.hint(event.shard());
    }

    for (int shard = 0; shard < Shards.COUNT; shard++) recorder.awaitEvent(shard, 1);
  }

  @Test
  void metersShowDrainedEventsAndHeldLeases() throws Exception {
    var meters = new SimpleMeterRegistry();
    String deployment =
        await(
            vertx.deployVerticle(
                new EventEmitterVerticle(heartbeat("only"), pool, bus, QUICK, meters)));
    append(1);
    append(2);
    recorder.awaitEvent(0, 2);

    // The events reach the recorder before the meter counts them.
    Counter drained = meters.get("boardcast.outbox.drained").tag("shard", "0").counter();
    Awaitility.await().until(() -> drained.count() == 2);
    assertEquals(1, meters.get("boardcast.emitter.lease.held").tag("shard", "0").gauge().value());
    await(vertx.undeploy(deployment));
    assertEquals(0, meters.find("boardcast.emitter.lease.held").gauges().size());
  }

  private String deploy(String node, Pool pool, EmitterConfig config) throws Exception {
    return await(
        vertx.deployVerticle(new EventEmitterVerticle(heartbeat(node), pool, bus, config)));
  }

  private NodeHeartbeat heartbeat(String node) {
    return Leases.heartbeat(vertx, node, database.config());
  }

  /** A pool whose connections can be identified on the server. */
  private Pool emitterPool(String role) throws Exception {
    await(pool.query("CREATE ROLE " + role + " SUPERUSER LOGIN").execute());
    return TestDatabase.pool(vertx, database.uri().replace("postgres:postgres@", role + ":x@"));
  }

  private void append(int version) throws Exception {
    var events = List.of(Writers.event(1, version));
    await(outbox.append(pool, events));
    outbox.committed(events);
  }

  private void cutConnections(String role) {
    pool.preparedQuery("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1")
        .execute(Tuple.of(role));
  }

  private String holder() throws Exception {
    return await(pool.query("SELECT holder FROM lease WHERE name = 'emitter.0'").execute())
        .iterator()
        .next()
        .getString(0);
  }

  private List<LoggedEvent> logged() throws Exception {
    return await(log.read(0, 0, 10_000));
  }

  private void assertLogIsWhole(int changes) throws Exception {
    List<LoggedEvent> events = logged();
    assertEquals(
        LongStream.rangeClosed(1, changes).boxed().toList(),
        events.stream().map(LoggedEvent::sequence).toList());
    var versions = new HashMap<String, Integer>();
    for (LoggedEvent event : events) {
      String fact = event.streams().get(0);
      int version = versions.merge(fact, 1, Integer::sum);
      assertTrue(event.data().text().endsWith("\"version\":" + version + "}"), event.toString());
    }
    assertEquals(0, await(pool.query("SELECT FROM outbox").execute()).size());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
