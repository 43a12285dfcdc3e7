package dev.boardcast.server.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDirectoriesTest {
  @TempDir Path dir;

  @Test
  void anUnwritableDataDirIsNamed() throws Exception {
    var file = Files.writeString(dir.resolve("file"), "in the way");
    var failure =
        assertThrows(
            EmbeddedServerException.class, () -> EmbeddedDirectories.in(file.resolve("data")));
    assertTrue(failure.getMessage().startsWith("data-dir must be"), failure.getMessage());
    assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
  }

  @Test
  void otherUsersOfTheMachineHaveNoAccess() throws Exception {
    var directories = EmbeddedDirectories.in(dir.resolve("data"));
    for (var folder : List.of(directories.redis(), directories.logs(), directories.users())) {
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    }
    EmbeddedEndpoints.of(directories, true);
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directories.endpoints())));
  }

  @Test
  void aLongLogIsRotated() throws Exception {
    var log = new EmbeddedLog(dir.resolve("some.log"));
    Files.write(log.file(), new byte[(int) EmbeddedLog.MAX_BYTES]);
    log.rotate();
    assertFalse(Files.exists(dir.resolve("some.log.1")));

    Files.write(log.file(), new byte[(int) EmbeddedLog.MAX_BYTES + 1]);
    log.rotate();
    assertEquals(0, Files.size(log.file()));
    assertEquals(EmbeddedLog.MAX_BYTES + 1, Files.size(dir.resolve("some.log.1")));
  }

  @Test
  void theTailOfALogIsItsLastLines() throws Exception {
    var log = new EmbeddedLog(dir.resolve("some.log"));
    assertEquals("(no log)", log.tail());
    Files.writeString(log.file(), "first\n" + "middle\n".repeat(2000) + "last\n");
    assertTrue(log.tail().endsWith("middle\nlast"), log.tail());
    assertFalse(log.tail().contains("first"));
  }
}
