package dev.boardcast.server.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The programs of the servers, unpacked once per version and kept.
 *
 * @param postgres directory with {@code initdb}, {@code pg_ctl} and {@code postgres}
 * @param redis the executable
 */
record EmbeddedBinaries(Path postgres, Path redis) {
  private static final Duration UNPACK_LIMIT = Duration.ofSeconds(60);
  private static final String UNFINISHED = ".unfinished";
  private static final int EXECUTABLE = 0100;

  /**
   * Unpacks what is missing. A directory is renamed when it is complete, so one that exists is
   * whole; several processes may call this at once.
   *
   * @throws EmbeddedServerException if there are no programs for this machine, or the directory
   *     cannot be written
   */
  static EmbeddedBinaries unpack(Path directory, EmbeddedPlatform platform) {
    try {
      Files.createDirectories(directory);
      URL postgres = resource(platform.postgres());
      URL redis = resource(platform.redis());
      Path postgresHome = directory.resolve("postgres-" + contentId(postgres));
      Path redisHome = directory.resolve("redis-" + contentId(redis));
      if (!Files.exists(postgresHome) || !Files.exists(redisHome)) {
        new InterProcessLock(directory.resolve("binaries.lock"))
            .call(
                UNPACK_LIMIT,
                () ->
                    orFail(
                        directory,
                        () -> {
                          deleteUnfinished(directory);
                          unpack(postgresHome, to -> unpackArchive(open(postgres), to));
                          unpack(redisHome, to -> copyProgram(redis, to.resolve("redis-server")));
                          return directory;
                        }));
      }
      return new EmbeddedBinaries(postgresHome.resolve("bin"), redisHome.resolve("redis-server"));
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(directory, cause);
    }
  }

  private interface Unpacking {
    void into(Path directory) throws IOException;
  }

  private static void unpack(Path target, Unpacking unpacking) throws IOException {
    if (Files.exists(target)) return;
    Path unfinished = target.resolveSibling(UUID.randomUUID() + UNFINISHED);
    unpacking.into(Files.createDirectory(unfinished));
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Unpacks the files and links of a tar.xz that a server needs. */
  private static void unpackArchive(InputStream archive, Path directory) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        Path file = directory.resolve(entry.getName()).normalize();
        if (!file.startsWith(directory)) throw new IOException("outside of the archive: " + entry);
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else if (!isStaticLibrary(entry)) {
          write(tar, entry, file);
        }
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else if (entry.isFile()) {
      Files.copy(tar, file);
      if ((entry.getMode() & EXECUTABLE) != 0) makeExecutable(file);
    } else {
      throw new IOException("neither file nor link: " + entry.getName());
    }
  }

  private static boolean isStaticLibrary(TarArchiveEntry entry) {
    return entry.getName().endsWith(".a");
  }

  private static void copyProgram(URL resource, Path to) throws IOException {
    try (var in = open(resource)) {
      Files.copy(in, to);
    }
    makeExecutable(to);
  }

  private static void makeExecutable(Path file) throws IOException {
    if (!file.toFile().setExecutable(true))
      throw new IOException("cannot make executable: " + file);
  }

  private static void deleteUnfinished(Path directory) throws IOException {
    try (var unfinished = Files.newDirectoryStream(directory, "*" + UNFINISHED)) {
      for (var each : unfinished) EmbeddedDirectories.delete(each);
    }
  }

  private static URL resource(String name) {
    var url = EmbeddedBinaries.class.getResource(name);
    if (url == null) throw new EmbeddedServerException("not on the class path: " + name);
    return url;
  }

  private static BufferedInputStream open(URL resource) throws IOException {
    return new BufferedInputStream(resource.openStream(), 1 << 16);
  }

  /** Changes with the content; found without reading it. */
  private static String contentId(URL resource) throws IOException {
    var connection = resource.openConnection();
    return connection instanceof JarURLConnection jar
        ? Long.toHexString(jar.getJarEntry().getCrc())
        : Long.toHexString(connection.getContentLengthLong());
  }

  private static <T> T orFail(Path directory, Callable<T> work) {
    try {
      return work.call();
    } catch (EmbeddedServerException failure) {
      throw failure;
    } catch (Exception cause) {
      throw new EmbeddedServerException(
          "cannot unpack the embedded servers to " + directory, cause);
    }
  }
}
