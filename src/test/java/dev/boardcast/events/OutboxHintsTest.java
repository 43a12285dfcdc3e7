package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.OutboxCommitted;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class OutboxHintsTest {
  private final BlockingQueue<OutboxCommitted> received = new LinkedBlockingQueue<>();
  private TypedBus bus;

  @BeforeEach
  void listen(Vertx vertx) throws Exception {
    bus = new TypedBus(vertx);
    bus.subscribe(Addresses.OUTBOX_HINTS, received::add).await(5, TimeUnit.SECONDS);
  }

  @Test
  void theLastHintOfABurstIsFollowedByAMessage(Vertx vertx) throws Exception {
    var hints = new OutboxHints(vertx, bus);

    hints.hint(2);
    hints.hint(2);

    assertEquals(new OutboxCommitted(2), received.poll(5, TimeUnit.SECONDS));
    assertEquals(new OutboxCommitted(2), received.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void aBurstIsPublishedAsAFewMessages(Vertx vertx) throws Exception {
    var hints = new OutboxHints(vertx, bus);

    for (int i = 0; i < 10_000; i++) hints.hint(1);
    hints.hint(3);

    int messages = 0;
    while (received.poll(5, TimeUnit.SECONDS).shard() != 3) messages++;
    assertTrue(messages < 1_000, messages + " messages for one burst");
  }

  @Test
  void shardsDoNotWaitForEachOther(Vertx vertx) throws Exception {
    var hints = new OutboxHints(vertx, bus);

    hints.hint(0);
    hints.hint(1);

    assertEquals(
        List.of(new OutboxCommitted(0), new OutboxCommitted(1)),
        List.of(received.poll(5, TimeUnit.SECONDS), received.poll(5, TimeUnit.SECONDS)));
  }

  @Test
  void hintsContinueAfterTheVerticleOfTheLastOneIsUndeployed(Vertx vertx) throws Exception {
    var hints = new OutboxHints(vertx, bus);
    var verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() throws Exception {
            hints.hint(0);
            hints.hint(0);
            return super.start();
          }
        };
    vertx
        .deployVerticle(verticle)
        .compose(vertx::undeploy)
        .compose(gone -> vertx.timer(20))
        .await(5, TimeUnit.SECONDS);
    received.clear();

    hints.hint(0);

    assertEquals(new OutboxCommitted(0), received.poll(5, TimeUnit.SECONDS));
  }
}
