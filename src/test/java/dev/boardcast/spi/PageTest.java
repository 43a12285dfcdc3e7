package dev.boardcast.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.spi.Page.Cursor;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static final String KEY = "[a-z é]{1,9}";

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-01-31T12:00:00.123Z", "1950-01-01T00:00:00Z", "1970-01-01T00:00:00Z"})
  void aCursorIsReadAsItWasWritten(Instant at) {
    var cursor = new Cursor(at, "a é");
    assertEquals(cursor, Cursor.parse(cursor.toString(), KEY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "AAAA", "MTIz", "MTIzIA", "MTIzIEE", "gAAAAAAAAABh"})
  void anotherTextIsRejected(String text) {
    var problem = assertThrows(Problem.class, () -> Cursor.parse(text, KEY));
    assertEquals("cursor", problem.errors().get(0).field());
  }

  @Test
  void theAdditionalItemShowsThatThereIsANextPage() {
    assertEquals(new Page<>(List.of("a", "b"), "b"), Page.of(List.of("a", "b", "c"), 2, x -> x));
    assertEquals(new Page<>(List.of("a", "b"), null), Page.of(List.of("a", "b"), 2, x -> x));
  }
}
