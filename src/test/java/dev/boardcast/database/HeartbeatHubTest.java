package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeartbeatHubTest {
  private final HeartbeatHub hub = new HeartbeatHub();

  @Test
  void eachHandlerGetsEachHeartbeatUntilItUnsubscribes() {
    var first = new ArrayList<Heartbeat>();
    var second = new ArrayList<Heartbeat>();
    Runnable end = hub.subscribe(first::add);
    hub.subscribe(
        beat -> {
          throw new IllegalStateException("a defect of this handler");
        });
    hub.subscribe(second::add);
    Heartbeat one = beat(System.nanoTime());
    hub.publish(one);
    end.run();
    Heartbeat two = beat(System.nanoTime());
    hub.publish(two);
    assertEquals(List.of(one), first);
    assertEquals(List.of(one, two), second);
  }

  @Test
  void theAgeIsThatOfTheLatestQuestionNotOfTheLatestAnswer() {
    long now = System.nanoTime();
    hub.publish(beat(now + Duration.ofHours(1).toNanos()));
    assertEquals(Duration.ZERO, hub.age());
    hub.publish(beat(now - Duration.ofHours(1).toNanos()));
    assertEquals(Duration.ZERO, hub.age());
  }

  @Test
  void withoutAHeartbeatTheAgeCountsFromTheStart() {
    assertTrue(new HeartbeatHub().age().compareTo(Duration.ofMinutes(1)) < 0);
  }

  private static Heartbeat beat(long askedNanos) {
    return new Heartbeat(askedNanos, List.of(), Map.of());
  }
}
