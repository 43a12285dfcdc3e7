package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PostgresVersionTest {
  @Test
  void anOlderServerIsRejectedWithItsVersion() {
    var failure =
        assertThrows(
            IllegalStateException.class, () -> new PostgresVersion(14, "14.19 (Debian)").require());
    assertEquals(
        "PostgreSQL 15 or newer is required, the server of pg is 14.19 (Debian)",
        failure.getMessage());
  }

  @Test
  void supportedServersAreAccepted() {
    assertDoesNotThrow(() -> new PostgresVersion(15, "15.0").require());
    assertDoesNotThrow(() -> new PostgresVersion(18, "18beta1").require());
  }
}
