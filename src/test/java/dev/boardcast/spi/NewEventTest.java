package dev.boardcast.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewEventTest {
  @Test
  void anEventBelongsToTheShardOfAllItsStreams() {
    assertEquals(Shards.PEOPLE, event(List.of("user.1", "team.2")).shard());
    assertEquals(Shards.of("alerts"), event(List.of("alerts")).shard());
  }

  @Test
  void streamsOfTwoShardsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> event(List.of("user.1", "alerts")));
  }

  @Test
  void aStreamNamedTwiceCountsOnce() {
    assertEquals(
        List.of("user.1", "team.2"), event(List.of("user.1", "team.2", "user.1")).streams());
  }

  @Test
  void anEventWithoutAStreamIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> event(List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\u0000b", "a\u001fb", "a\nb"})
  void aStreamNameTheOutboxCannotHoldIsRefused(String stream) {
    assertThrows(IllegalArgumentException.class, () -> event(List.of(stream)));
  }

  @Test
  void aStreamNameTooLongForItsIndexIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> event(List.of("s".repeat(513))));
  }

  private static NewEvent event(List<String> streams) {
    return new NewEvent(UUID.randomUUID(), "happened", streams, RawJson.of("{}"), Instant.now());
  }
}
