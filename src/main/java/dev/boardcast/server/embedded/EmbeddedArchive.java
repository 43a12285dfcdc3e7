package dev.boardcast.server.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Unpacks PostgreSQL's tar.xz: files, links and the right to run. */
final class EmbeddedArchive {
  private static final int RUNNABLE = 0100;

  private EmbeddedArchive() {}

  /** Writes everything a server needs below {@code dir}; closes the stream. */
  static void unpack(InputStream archive, Path dir) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        Path file = dir.resolve(entry.getName()).normalize();
        if (!file.startsWith(dir)) throw new IOException("outside of the archive: " + entry);
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else if (isNeeded(entry.getName())) {
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
      if ((entry.getMode() & RUNNABLE) != 0 && !file.toFile().setExecutable(true)) {
        throw new IOException("cannot make executable: " + file);
      }
    } else {
      throw new IOException("neither file nor link: " + entry.getName());
    }
  }

  // Static libraries are for those who build against PostgreSQL.
  private static boolean isNeeded(String name) {
    return !name.endsWith(".a");
  }
}
