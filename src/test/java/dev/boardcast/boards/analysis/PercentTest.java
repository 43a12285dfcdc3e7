package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentTest {
  @ParameterizedTest
  @CsvSource({
    "17, 20, 85.0", "37, 200, 18.5", "923, 1000, 92.3", "2654, 3454, 76.8384", "0, 7, 0.0",
    "7, 7, 100.0", "1, 3, 33.3333", "2, 3, 66.6667", "1, 16, 6.25", "12345, 1000000000, 0.0012",
    "12350, 10000000000, 0.0001", "-1, 8, -12.5", "1, 2000000, 0.0001", "-1, 2000000, -0.0001"
  })
  void isShownWithOneToFourDecimalsHalfUp(long part, long whole, String shown) {
    assertEquals(shown, Percent.of(part, whole).toPlainString());
  }

  @Test
  void ofZeroIsNull() {
    assertNull(Percent.of(0, 0));
  }
}
