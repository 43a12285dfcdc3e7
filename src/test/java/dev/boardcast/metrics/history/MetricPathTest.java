package dev.boardcast.metrics.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricPathTest {
  @ParameterizedTest
  @CsvSource({
    "revenue.total, '', revenue.total",
    "topics.*.messages, a b, topics.a b.messages",
    "topics.*.messages, $1, topics.$1.messages",
    "confusion.*.*, a b, confusion.a.b",
    "confusion.*.*, a b c, confusion.a b c"
  })
  void aSeriesIsNamedByItsKeys(String path, String key, String name) {
    assertEquals(name, new MetricPath(path).named(key));
  }
}
