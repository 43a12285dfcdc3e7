package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.spi.Problem.FieldError;
import dev.boardcast.spi.Shards;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When publications of a session are answered, and with what. */
@Timeout(60)
class PublishHandlerIT {
  private final GatewayFixture gateway = new GatewayFixture(GatewayConfig.DEFAULTS);
  private final Store store = new Store();
  private WsClient client;

  /** A transaction that ends when the test decides. */
  private record Stored(List<StreamPublisher.Publication> events, Promise<List<Boolean>> outcome) {
    List<String> ids() {
      return events.stream().map(StreamPublisher.Publication::id).toList();
    }

    void commit() {
      outcome.complete(events.stream().map(event -> true).toList());
    }
  }

  private static final class Store implements StreamPublisher {
    private final BlockingQueue<Stored> begun = new LinkedBlockingQueue<>();

    @Override
    public Optional<FieldError> refusal(String topic, String type) {
      return Optional.empty();
    }

    @Override
    public Future<List<Boolean>> store(Publisher by, List<Publication> events) {
      Promise<List<Boolean>> outcome = Promise.promise();
      begun.add(new Stored(events, outcome));
      return outcome.future();
    }

    @Override
    public boolean send(EphemeralMessage message) {
      return true;
    }

    Stored next() throws InterruptedException {
      Stored stored = begun.poll(10, TimeUnit.SECONDS);
      if (stored == null) throw new AssertionError("nothing was stored");
      return stored;
    }
  }

  PublishHandlerIT() {
    gateway.publisher = store;
    client = gateway.connect("/ws?topics=&token=" + GatewayFixture.token("ann", "publish"));
    client.next("connection_ack");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void anEventThatIsNumberedInTimeIsAnsweredWithItsOffset() throws Exception {
    publish("m1");
    Stored stored = store.next();
    var event = stored.events().get(0);
    // Before the answer of the database, as an emitter may be faster.
    gateway.publish(gateway.history.append(event.eventId(), "line", "{}", "room"));
    stored.commit();
    JsonNode answer = client.next("published");
    assertEquals(
        gateway.history.epoch() + ":" + gateway.history.head(Shards.of("room")),
        answer.path("offset").asText());
  }

  @Test
  void anEventWithoutANumberIsAnsweredSoonAllTheSame() throws Exception {
    publish("m1");
    Stored stored = store.next();
    long start = System.nanoTime();
    stored.commit();
    JsonNode answer = client.next("published");
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(answer.path("offset").isMissingNode(), answer::toString);
    assertTrue(millis >= 45 && millis < 1_000, millis + " ms");
  }

  @Test
  void eventsThatComeMeanwhileAreStoredTogetherAndNotBefore() throws Exception {
    publish("m1");
    Stored first = store.next();
    publish("m2");
    publish("m3");
    client.send("{\"type\":\"ping\"}");
    client.next("pong");
    assertTrue(store.begun.isEmpty(), "one transaction at a time");
    first.commit();
    assertEquals(List.of("m2", "m3"), store.next().ids());
  }

  @Test
  void whatFollowsAFailureIsRefusedToo() throws Exception {
    publish("m1");
    Stored first = store.next();
    publish("m2");
    client.send("{\"type\":\"ping\"}");
    client.next("pong");
    first.outcome().fail("the database is away");
    for (String id : List.of("m1", "m2")) {
      JsonNode error = client.next("error");
      assertEquals("unavailable", error.path("code").asText());
      assertEquals(id, error.path("id").asText());
    }
    publish("m1");
    assertEquals(List.of("m1"), store.next().ids());
  }

  @Test
  void unansweredMessagesAreBounded() throws Exception {
    var limits = GatewayConfig.DEFAULTS.maxMessagesPerSecond();
    publish("m0");
    store.next();
    int sent = 1;
    for (; sent < limits; sent++) publish("m" + sent);
    long second = System.currentTimeMillis() / 1000;
    Awaitility.await().until(() -> System.currentTimeMillis() / 1000 > second + 1);
    for (; sent < 70; sent++) publish("m" + sent);
    var refused = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      JsonNode error = client.next("error");
      assertEquals("too_fast", error.path("code").asText());
      refused.add(error.path("id").asText());
    }
    assertEquals(List.of("m64", "m65", "m66", "m67", "m68", "m69"), refused);
  }

  private void publish(String id) {
    client.send(
        "{\"type\":\"publish\",\"topic\":\"room\",\"event_type\":\"line\",\"data\":{},\"id\":\"%s\"}"
            .formatted(id));
  }
}
