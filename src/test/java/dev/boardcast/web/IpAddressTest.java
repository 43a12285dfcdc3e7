package dev.boardcast.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "192.0.2.1, 192.0.2.1",
        "' 192.0.2.1 ', 192.0.2.1",
        "192.0.2.1:4711, 192.0.2.1",
        "192.0.2.1:_hidden, 192.0.2.1",
        "'\"192.0.2.1:80\"', 192.0.2.1",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1",
        "[2001:db8::1], 2001:db8:0:0:0:0:0:1",
        "[2001:DB8::1]:4711, 2001:db8:0:0:0:0:0:1",
        "'\"[2001:db8::1]:4711\"', 2001:db8:0:0:0:0:0:1",
        "fe80::1%eth0, fe80:0:0:0:0:0:0:1",
        "[fe80::1%25eth0]:443, fe80:0:0:0:0:0:0:1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "[::ffff:c000:201]:9, 192.0.2.1",
        "::1, 0:0:0:0:0:0:0:1"
      })
  void everyFormOfAnAddressIsRead(String text, String address) {
    assertEquals(address, IpAddress.parse(text).orElseThrow().getHostAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unknown",
        "_gazonk",
        "host",
        "host:80",
        "localhost",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "010.0.0.1",
        "1.2.3.4:",
        "1.2.3.4:port",
        "1.2.3.4:123456",
        "[1.2.3.4]",
        "[::1",
        "[::1]x",
        ":::",
        "12345::",
        "::g",
        "1:2:3:4:5:6:7",
        "[]",
        "[]:80",
        "0x7f.0.0.1",
        "2130706433"
      })
  void nothingElseIsAnAddress(String text) {
    assertEquals(Optional.empty(), IpAddress.parse(text));
  }

  @Test
  void addressesOfOneSubscriberShareAKey() {
    assertEquals("192.0.2.1", key("192.0.2.1:1"));
    assertEquals(key("2001:db8:1:2::1"), key("[2001:db8:1:2:ffff::9]:443"));
    assertNotEquals(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    assertEquals("2001:db8:1:2::/64", key("2001:db8:1:2::1"));
  }

  @Test
  void networksContainTheirAddressesInEveryForm() {
    for (String inside : new String[] {"10.255.0.1", "10.0.0.1:80", "::ffff:10.1.2.3"}) {
      assertTrue(CidrBlock.parse("10.0.0.0/8").contains(inside), inside);
    }
    for (String other : new String[] {"11.0.0.1", "::1", "host", "", "unknown"}) {
      assertFalse(CidrBlock.parse("10.0.0.0/8").contains(other), other);
    }
    assertTrue(CidrBlock.parse("fd00::/8").contains("[fd12::1]:443"));
    assertTrue(CidrBlock.parse("[2001:db8::]/33").contains("2001:db8:7fff::1"));
    assertFalse(CidrBlock.parse("2001:db8::/33").contains("2001:db8:8000::1"));
    assertTrue(CidrBlock.parse("::ffff:10.0.0.0/104").contains("10.9.9.9"));
    assertTrue(CidrBlock.parse("192.0.2.1").contains("192.0.2.1"));
    assertTrue(CidrBlock.parse("0.0.0.0/0").contains("192.0.2.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "10.0.0.0/33", "10.0.0.0/x", "10.0/8/9", "", "::/129", "/8"})
  void whatIsNoNetworkIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> CidrBlock.parse(text), text);
  }

  private static String key(String text) {
    return IpAddress.network(IpAddress.parse(text).orElseThrow());
  }
}
