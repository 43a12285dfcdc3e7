package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class OutboxIT {
  private static final int ALERTS = Shards.of("alerts");

  @RegisterExtension final TestDatabase database = new TestDatabase();

  private Pool pool;
  private Outbox outbox;

  @BeforeEach
  void open(Vertx vertx) {
    pool = database.pool(vertx);
    outbox = new Outbox(vertx, new TypedBus(vertx));
  }

  @Test
  void anEventIsReadAsItWasWritten() throws Exception {
    var in =
        new NewEvent(
            UUID.randomUUID(),
            "täsk created",
            List.of("user.a,b{\"\\}", "team.Ünïcode", "user.NULL"),
            RawJson.of("{\"cost\": 0.00005, \"b\":1,\"a\":\"\\u0000 \\ud83d\\ude00 😀\", \"a\":2}"),
            Instant.parse("2026-01-02T03:04:05.678Z"));

    await(outbox.append(pool, List.of(in)));

    var out = drained(Shards.PEOPLE).get(0);
    assertEquals(new LoggedEvent(1, in.id(), in.type(), in.streams(), in.data(), in.at()), out);
  }

  @Test
  void eventsAppendedTogetherKeepTheirOrder() throws Exception {
    var events = new ArrayList<NewEvent>();
    for (int i = 0; i < 1000; i++) events.add(alert(i));

    await(outbox.append(pool, events));

    assertEquals(
        events.stream().map(NewEvent::id).toList(),
        drained(ALERTS).stream().map(LoggedEvent::id).toList());
  }

  @Test
  void eventsOfSeveralShardsGoToTheirShards() throws Exception {
    var person = Writers.event(1, 1);
    var alert = alert(1);

    await(outbox.append(pool, List.of(alert, person)));

    assertEquals(person.id(), drained(Shards.PEOPLE).get(0).id());
    assertEquals(alert.id(), drained(ALERTS).get(0).id());
  }

  @Test
  void aRolledBackFactLeavesNoEvent() throws Exception {
    assertThrows(
        IllegalStateException.class,
        () ->
            await(
                pool.withTransaction(
                    tx ->
                        outbox
                            .append(tx, List.of(alert(1)))
                            .compose(
                                appended -> Future.failedFuture(new IllegalStateException())))));

    assertEquals(List.of(), drained(ALERTS));
  }

  @Test
  void noEventsNeedNoStatement() throws Exception {
    await(outbox.append(null, List.of()));
  }

  @Test
  void dataThatIsNotJsonFailsTheWriterNotTheEmitter() throws Exception {
    var broken =
        new NewEvent(
            UUID.randomUUID(), "raised", List.of("alerts"), RawJson.of("{\"a\":"), Instant.now());

    assertThrows(Exception.class, () -> await(outbox.append(pool, List.of(broken))));

    assertEquals(List.of(), drained(ALERTS));
  }

  private static NewEvent alert(int number) {
    return new NewEvent(
        UUID.randomUUID(),
        "raised",
        List.of("alerts"),
        RawJson.of("{\"number\":" + number + "}"),
        Instant.now());
  }

  private List<LoggedEvent> drained(int shard) throws Exception {
    var lease = new Lease("emitter." + shard, "test", Duration.ofSeconds(30));
    long token = await(Leases.acquire(lease, pool)).getAsLong();
    await(new OutboxDrain(pool, lease, shard, 2000).run(token, 0));
    return await(new EventLog(pool).read(shard, 0, 2000));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
