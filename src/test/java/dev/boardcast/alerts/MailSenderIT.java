package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.SettingValues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Mail to a server that accepts connections and says nothing. */
class MailSenderIT {
  private static final int SENT = 3 * AlertDispatcher.MAX_SENDING;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void attemptsThatHangEndAndGiveTheirConnectionsBack() throws Exception {
    var server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  opened.incrementAndGet();
                  socket.closeHandler(gone -> closed.incrementAndGet());
                })
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    var config =
        SettingValues.DEFAULTS
            .with("alerts-send-timeout", "300ms", "a test")
            .bind(AlertsConfig.class);
    var links = new AcknowledgeLinks(Optional.empty());
    var sender = new MailSender(vertx, "smtp://127.0.0.1:" + server.actualPort(), config, links);
    List<Future<Void>> attempts = new ArrayList<>();
    for (int i = 0; i < SENT; i++) attempts.add(sender.send(delivery()));
    for (Future<Void> attempt : attempts) {
      var failure =
          assertThrows(DeliveryException.class, () -> attempt.await(10, TimeUnit.SECONDS));
      assertEquals("the mail server did not answer in time", failure.getMessage());
      assertTrue(failure.mayBeAccepted());
    }
    // Those that waited for a connection have one then, and end too.
    Awaitility.await().until(() -> closed.get() == SENT);
    assertEquals(SENT, opened.get());
    sender.close().await(10, TimeUnit.SECONDS);
  }

  private static Delivery delivery() {
    var channel = Sql.json("{\"type\":\"email\",\"to\":[\"ann@example.org\"]}", Channel.class);
    return new Delivery(
        UUID.randomUUID(), channel, "mail", Delivery.Kind.TEST, 1, 0, Instant.now(), List.of());
  }
}
