package dev.boardcast.server.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * The programs for one operating system and processor, as resources on the class path.
 *
 * @param postgres a tar.xz archive
 * @param redis an executable
 */
record EmbeddedPlatform(String postgres, String redis) {

  /**
   * The programs for this machine.
   *
   * @throws EmbeddedServerException if there are none
   */
  static EmbeddedPlatform current() {
    boolean musl = Files.exists(Path.of("/etc/alpine-release"));
    return of(
        System.getProperty("os.name") + (musl ? " (musl)" : ""), System.getProperty("os.arch"));
  }

  static EmbeddedPlatform of(String os, String arch) {
    String system = os.toLowerCase(Locale.ROOT);
    boolean arm = arch.equals("aarch64") || arch.equals("arm64");
    boolean intel = arch.equals("amd64") || arch.equals("x86_64");
    if (system.equals("linux") && intel) {
      return with("linux-x86_64", OsArchitecture.UNIX_x86_64);
    }
    if (system.equals("linux") && arm) {
      return with("linux-arm_64", OsArchitecture.UNIX_AARCH64);
    }
    if (system.startsWith("mac") && intel) {
      return with("darwin-x86_64", OsArchitecture.MAC_OS_X_x86_64);
    }
    if (system.startsWith("mac") && arm) {
      return with("darwin-arm_64", OsArchitecture.MAC_OS_X_ARM64);
    }
    throw new EmbeddedServerException(
        "embedded PostgreSQL and Redis run on Linux (glibc) and macOS, on x86_64 and arm64; this is "
            + os
            + " on "
            + arch
            + ": give --pg and --redis");
  }

  private static EmbeddedPlatform with(String postgres, OsArchitecture redis) {
    return new EmbeddedPlatform(
        "/postgres-" + postgres + ".txz", ExecutableProvider.newProvidedVersionsMap().get(redis));
  }
}
