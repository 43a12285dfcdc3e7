package dev.boardcast.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PageSizeTest {
  private static final int KIB = 1 << 10;

  private final PageSize size = new PageSize();

  @Test
  void largeEventsMakeSmallPages() {
    size.onPage(events(size.next(), 4 * KIB));
    assertTrue(size.next() > 50 && size.next() <= 64, () -> "was " + size.next());
    size.onPage(events(size.next(), 64 * KIB));
    assertEquals(16, size.next());
  }

  @Test
  void smallEventsMakeLargePagesStepByStep() {
    int before = size.next();
    size.onPage(events(before, 10));
    assertEquals(2 * before, size.next());
    for (int i = 0; i < 10; i++) size.onPage(events(size.next(), 10));
    assertEquals(PageSize.MAX, size.next());
  }

  @Test
  void anEmptyPageTellsNothing() {
    int before = size.next();
    size.onPage(List.of());
    assertEquals(before, size.next());
  }

  private static List<LoggedEvent> events(int count, int bytes) {
    var data = RawJson.of("\"" + "x".repeat(bytes) + "\"");
    var event = new LoggedEvent(1, UUID.randomUUID(), "e", List.of("s"), data, Instant.EPOCH);
    return Collections.nCopies(count, event);
  }
}
