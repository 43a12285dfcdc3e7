package dev.boardcast.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  private static final Instant COMPUTED = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void bareNumbersCarryTheirTimestampAtTheTopLevel() {
    assertEquals(
        "{\"a\":1,\"b\":{\"c\":\"}\"},\"timestamp\":\"2026-01-01T00:00:05.000Z\"}",
        snapshot("{\"a\":1,\"b\":{\"c\":\"}\"}}", false).bare().text());
  }

  @Test
  void bareNumbersThatAreStaleTellTheirAge() {
    assertEquals(
        "{\"a\":1,\"timestamp\":\"2026-01-01T00:00:05.000Z\",\"stale\":true,\"age_ms\":5000}",
        snapshot("{\"a\":1}", true).bare().text());
  }

  @Test
  void bareNumbersOfABoardWithoutNumbersAreStillJson() {
    assertEquals(
        "{\"timestamp\":\"2026-01-01T00:00:05.000Z\"}", snapshot("{}", false).bare().text());
  }

  @Test
  void travelsAsJsonWithItsDataUntouched() throws Exception {
    var sent = snapshot("{\"cost\":0.000000000000000000001,\"n\":1.50}", true);
    var received = Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(sent), Snapshot.class);
    assertEquals(sent, received);
  }

  private static Snapshot snapshot(String data, boolean stale) {
    return new Snapshot("routing", 7, COMPUTED, COMPUTED.plusSeconds(5), stale, RawJson.of(data));
  }
}
