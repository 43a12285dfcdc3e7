package dev.boardcast.server.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * The servers' programs, unpacked once per version and kept.
 *
 * @param postgres folder with {@code initdb}, {@code pg_ctl} and {@code postgres}
 * @param redis the executable
 */
record EmbeddedBinaries(Path postgres, Path redis) {
  private static final Duration UNPACKING = Duration.ofSeconds(60);
  private static final String UNFINISHED = ".unfinished";

  /**
   * Unpacks what is missing. Each folder gets its name when it is complete, so one that exists is
   * whole; several processes may ask for the same at once.
   *
   * @throws EmbeddedFailure when there is nothing for this machine, or no place to put it
   */
  static EmbeddedBinaries unpacked(Path dir, EmbeddedPlatform platform) {
    try {
      Files.createDirectories(dir);
      URL postgres = resource(platform.postgres());
      URL redis = resource(platform.redis());
      Path postgresHome = dir.resolve("postgres-" + identity(postgres));
      Path redisHome = dir.resolve("redis-" + identity(redis));
      if (!Files.exists(postgresHome) || !Files.exists(redisHome)) {
        new InterProcessLock(dir.resolve("binaries.lock"))
            .inside(
                UNPACKING,
                () ->
                    orFail(
                        dir,
                        () -> {
                          sweep(dir);
                          unpack(postgresHome, to -> EmbeddedArchive.unpack(open(postgres), to));
                          unpack(redisHome, to -> executable(redis, to.resolve("redis-server")));
                          return dir;
                        }));
      }
      return new EmbeddedBinaries(postgresHome.resolve("bin"), redisHome.resolve("redis-server"));
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(dir, cause);
    }
  }

  private interface Unpacking {
    void into(Path folder) throws IOException;
  }

  private static void unpack(Path target, Unpacking unpacking) throws IOException {
    if (Files.exists(target)) return;
    Path unfinished = target.resolveSibling(UUID.randomUUID() + UNFINISHED);
    unpacking.into(Files.createDirectory(unfinished));
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void executable(URL resource, Path to) throws IOException {
    try (var in = open(resource)) {
      Files.copy(in, to);
    }
    if (!to.toFile().setExecutable(true)) throw new IOException("cannot make executable: " + to);
  }

  private static void sweep(Path dir) throws IOException {
    try (var left = Files.newDirectoryStream(dir, "*" + UNFINISHED)) {
      for (var folder : left) delete(folder);
    }
  }

  /** Removes a folder and all in it, if it exists. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private static URL resource(String name) {
    var url = EmbeddedBinaries.class.getResource(name);
    if (url == null) throw new EmbeddedFailure("not on the class path: " + name);
    return url;
  }

  private static BufferedInputStream open(URL resource) throws IOException {
    return new BufferedInputStream(resource.openStream(), 1 << 16);
  }

  /** Changes with the content, and is known without reading it. */
  private static String identity(URL resource) throws IOException {
    var connection = resource.openConnection();
    return connection instanceof JarURLConnection jar
        ? Long.toHexString(jar.getJarEntry().getCrc())
        : Long.toHexString(connection.getContentLengthLong());
  }

  private static <T> T orFail(Path dir, Callable<T> work) {
    try {
      return work.call();
    } catch (EmbeddedFailure failure) {
      throw failure;
    } catch (Exception cause) {
      throw new EmbeddedFailure("cannot unpack the embedded servers to " + dir, cause);
    }
  }
}
