package dev.boardcast.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EphemeralPublisherTest {
  private final Vertx vertx = Vertx.vertx();
  private final TypedBus bus = new TypedBus(vertx);
  private final EphemeralPublisher publisher = new EphemeralPublisher(vertx, bus);
  private final List<String> received = new CopyOnWriteArrayList<>();

  @BeforeEach
  void subscribe() throws Exception {
    bus.subscribe(
            Addresses.EPHEMERAL,
            batch -> batch.messages().forEach(each -> received.add(each.data().text())))
        .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void theLastOfAKeyIsSentAndOthersAllInTheirOrder() {
    // The first goes at once; the others are published before its timer can run.
    synchronized (publisher) {
      publish("ann", "k", 1);
      publish("ann", "k", 2);
      publish("ann", null, 3);
      publish("bob", "k", 4);
      publish("ann", "k", 5);
      publish("ann", null, 6);
    }
    Awaitility.await().until(() -> received.size() == 5);
    assertEquals(
        List.of("{\"n\":1}", "{\"n\":5}", "{\"n\":3}", "{\"n\":4}", "{\"n\":6}"), received);
  }

  @Test
  void whatIsTooMuchIsRefused() {
    synchronized (publisher) {
      for (int n = 0; n < 501; n++) assertTrue(publish("ann", null, n));
      assertFalse(publish("ann", null, 501));
    }
    Awaitility.await().until(() -> received.size() == 501);
    assertTrue(publish("ann", null, 502));
  }

  private boolean publish(String user, String key, int n) {
    return publisher.publish(
        new EphemeralMessage(
            "chat.1", "t", RawJson.of("{\"n\":" + n + "}"), Instant.now(), key, user, null));
  }
}
