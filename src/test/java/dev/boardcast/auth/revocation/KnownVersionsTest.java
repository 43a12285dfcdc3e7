package dev.boardcast.auth.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KnownVersionsTest {
  private final KnownVersions versions = new KnownVersions();

  @Test
  void messagesCountOnlyWithoutAGap() {
    versions.read(7);
    versions.announced(8);
    versions.announced(11);
    versions.announced(10);
    assertEquals(8, versions.known());
    versions.announced(9);
    assertEquals(11, versions.known());
    versions.announced(3);
    versions.read(10);
    assertEquals(11, versions.known());
    versions.announced(14);
    versions.read(13);
    assertEquals(14, versions.known());
  }

  @Test
  void anOlderDatabaseBeginsAgain() {
    versions.read(7);
    versions.announced(9);
    versions.reset();
    versions.read(8);
    assertEquals(8, versions.known());
  }
}
