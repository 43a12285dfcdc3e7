package dev.boardcast.server.embedded;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedPlatformTest {

  @ParameterizedTest
  @CsvSource({"Linux,amd64", "Linux,aarch64", "Mac OS X,x86_64", "Mac OS X,aarch64"})
  void programsForSupportedPlatformsAreOnTheClassPath(String os, String arch) {
    var platform = EmbeddedPlatform.of(os, arch);
    assertNotNull(getClass().getResource(platform.postgres()), platform.postgres());
    assertNotNull(getClass().getResource(platform.redis()), platform.redis());
  }

  @ParameterizedTest
  @CsvSource({"Windows 11,amd64", "Linux (musl),amd64", "Linux,riscv64"})
  void anUnsupportedPlatformIsNamedWithTheAlternative(String os, String arch) {
    var failure = assertThrows(EmbeddedServerException.class, () -> EmbeddedPlatform.of(os, arch));
    assertTrue(failure.getMessage().contains(os + " on " + arch), failure.getMessage());
    assertTrue(failure.getMessage().contains("--pg"), failure.getMessage());
  }

  @Test
  void thisPlatformIsSupported() {
    assertNotNull(EmbeddedPlatform.current());
  }
}
