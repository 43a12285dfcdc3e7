package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Passwords beside the addresses of servers. */
class ServerLoginTest {
  @ParameterizedTest
  @CsvSource({
    "postgresql://ann@pg:5432/d, pw, postgresql://ann:pw@pg:5432/d",
    "postgresql://ann@pg/d?sslmode=require, a b@c/+, postgresql://ann:a%20b%40c%2F%2B@pg/d?sslmode=require"
  })
  void thePasswordBecomesPartOfTheAddress(String address, String password, String expected) {
    var config = Settings.of(DatabaseConfig.class, "pg=" + address, "pg-password=" + password);
    assertEquals(expected, config.postgresUri());
  }

  @Test
  void redisNeedsNoUser() {
    assertEquals("redis://:pw@r:6379/1", redis("redis://r:6379/1"));
    assertEquals("rediss://ann:pw@r", redis("rediss://ann@r"));
  }

  @ParameterizedTest
  @CsvSource({"postgresql://ann:other@pg/d", "postgresql://pg/d", "embedded"})
  void anAddressThatDoesNotFitIsRefused(String address) {
    var refused =
        assertThrows(
            InvalidSettingException.class,
            () -> Settings.of(DatabaseConfig.class, "pg=" + address, "pg-password=pw"));
    assertEquals("pg-password", refused.key());
  }

  private static String redis(String address) {
    return Settings.of(DatabaseConfig.class, "redis=" + address, "redis-password=pw").redisUri();
  }
}
