package dev.boardcast.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GzipResponseTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | true",
        "br;q=1.0, GZIP;q=0.5 | true",
        "* | true",
        "*, gzip;q=0 | false",
        "gzip ; q=0.000 | false",
        "identity, *;q=0 | false",
        "br | false",
        "| false"
      })
  void gzipIsAcceptedWhenNamedWithAPositiveWeight(String header, boolean wanted) {
    assertEquals(wanted, GzipResponse.accepts(header));
  }
}
