package dev.boardcast.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
  @TempDir private Path directory;

  @Test
  void aCreatedSecretIsLongEnoughAndPermanentAndReadableByItsOwnerOnly() throws IOException {
    Path data = directory.resolve("not/yet");
    String made = Files.readString(SecretFile.ensure(data));
    assertEquals(made, Files.readString(SecretFile.ensure(data)));
    assertTrue(KeyFile.secretOf(made).length() >= 43);
    assertEquals(
        PosixFilePermissions.fromString("rw-------"),
        Files.getPosixFilePermissions(data.resolve("jwt.secret")));
  }

  @Test
  void processesThatStartAtOnceUseTheSameSecret() throws Exception {
    var pool = Executors.newFixedThreadPool(8);
    try {
      Callable<String> start = () -> Files.readString(SecretFile.ensure(directory));
      var secrets =
          pool.invokeAll(IntStream.range(0, 64).mapToObj(n -> start).toList()).stream()
              .map(
                  done -> {
                    try {
                      return done.get();
                    } catch (Exception failure) {
                      throw new AssertionError(failure);
                    }
                  })
              .collect(Collectors.toSet());
      assertEquals(1, secrets.size());
    } finally {
      pool.shutdown();
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(1, left.count(), "no drafts are left");
    }
  }
}
