package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.InvalidSettingException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresAddressTest {
  private static final ServerTlsConfig TLS =
      new ServerTlsConfig(Optional.empty(), Optional.empty(), Optional.empty());

  @Test
  void severalHostsShareAllButHostAndPort() {
    var address =
        of("postgresql://ann:x%2Cy@db1:5433,db2,[::1]:5435/shop?target_session_attrs=primary");

    assertEquals("db1:5433,db2:5432,[::1]:5435", address.hostAndPort());
    assertEquals("shop", address.database());
    assertEquals(
        "jdbc:postgresql://db1:5433,db2:5432,[::1]:5435/shop"
            + "?targetServerType=primary&hostRecheckSeconds=1&sslmode=prefer",
        address.jdbcUrl());
    var second = address.servers().get(1);
    assertEquals("db2:5432", second.hostAndPort());
    assertEquals("x,y", second.connectOptions(new CertificateCheck()).getPassword());
    assertEquals("shop", second.connectOptions(new CertificateCheck()).getDatabase());
  }

  @Test
  void oneHostIsNotAskedForItsKind() {
    var address = of("postgresql://ann@127.0.0.1/shop?target_session_attrs=read-write");

    assertEquals(PgSslMode.DISABLE, address.mode());
    assertFalse(address.jdbcUrl().contains("targetServerType"), address.jdbcUrl());
    assertFalse(address.jdbcUrl().contains("target_session_attrs"), address.jdbcUrl());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://ann@db1:5432,/shop",
        "postgresql://ann@,db1/shop",
        "postgresql://ann@db1:x,db2/shop",
        "postgresql://ann@db1;db2/shop"
      })
  void hostsThatCannotBeUsedAreRefused(String address) {
    assertThrows(InvalidSettingException.class, () -> of(address));
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://ann@db1/shop?target_session_attrs=any, target_session_attrs is read-write or",
    "'postgresql://ann@a,b,c,d,e,f,g,h,i/shop', at most 8 hosts"
  })
  void whatANodeCannotWorkWithIsNamed(String address, String cause) {
    var refused = assertThrows(InvalidSettingException.class, () -> of(address));
    assertTrue(refused.getMessage().contains(cause), refused.getMessage());
  }

  private static PostgresAddress of(String address) {
    return PostgresAddress.of(address, TLS);
  }
}
