package dev.boardcast.boards.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
  @ParameterizedTest
  @CsvSource({
    "2026-03-10T12:02:03Z, 2026-03-09T12:00:00Z, 2026-03-09T12:00:00Z, 2026-03-10T12:05:00Z",
    "2026-03-10T12:05:00Z, 2026-03-09T12:05:00Z, 2026-03-09T13:00:00Z, 2026-03-10T12:10:00Z",
    "2026-03-10T12:59:59.999Z, 2026-03-09T12:55:00Z, 2026-03-09T13:00:00Z, 2026-03-10T13:00:00Z",
    "2024-03-01T00:00:00Z, 2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z, 2024-03-01T00:05:00Z",
    "1969-12-31T23:58:00Z, 1969-12-30T23:55:00Z, 1969-12-31T00:00:00Z, 1970-01-01T00:00:00Z"
  })
  void itBeginsWithTheSlotOf24HoursAgo(Instant now, Instant begins, Instant hours, Instant next) {
    assertEquals(new Window(begins, hours), Window.at(now));
    assertEquals(next, Window.next(now));
  }
}
