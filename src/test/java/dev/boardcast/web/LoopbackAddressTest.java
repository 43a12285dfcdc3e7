package dev.boardcast.web;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "app.localhost",
        "127.0.0.1",
        "127.8.9.10",
        "::1",
        "[::1]"
      })
  void isTheMachineItself(String host) {
    assertTrue(LoopbackAddress.matches(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "::",
        "[::]",
        "10.0.0.1",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil-localhost",
        "::2",
        "128.0.0.1",
        "",
        "null"
      })
  void isReachedByOthers(String host) {
    assertFalse(LoopbackAddress.matches(host));
  }
}
