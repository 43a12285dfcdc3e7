package dev.boardcast.auth;

import io.vertx.ext.auth.PubSecKeyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads keys from files, and reloads those whose content has changed. Thread safe; blocks. */
final class KeyFiles {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);

  private final List<Path> paths;
  private final Map<Path, String> contents = new HashMap<>();
  private final Map<Path, List<PubSecKeyOptions>> keys = new HashMap<>();

  KeyFiles(List<Path> paths) {
    this.paths = paths;
  }

  /**
   * Loads all files for the first time.
   *
   * @throws IllegalArgumentException when a file cannot be read or holds no key, naming it
   */
  synchronized void load() {
    for (Path path : paths) {
      try {
        read(path);
      } catch (IOException | IllegalArgumentException broken) {
        throw new IllegalArgumentException("jwt-keys " + path + ": " + reason(broken), broken);
      }
    }
  }

  /**
   * Reloads changed files. The keys of a missing or invalid file stay in use: a deployment that has
   * replaced only some files must not lock out users.
   *
   * @return whether any key has changed
   */
  synchronized boolean reload() {
    boolean changed = false;
    for (Path path : paths) {
      try {
        changed |= read(path);
      } catch (IOException | IllegalArgumentException broken) {
        LOG.warn("jwt-keys {}: {}; its previous keys stay in use", path, reason(broken));
      }
    }
    return changed;
  }

  /** Returns all keys, in the order of the files. */
  synchronized List<PubSecKeyOptions> keys() {
    var all = new ArrayList<PubSecKeyOptions>();
    paths.forEach(path -> all.addAll(keys.get(path)));
    return all;
  }

  private boolean read(Path path) throws IOException {
    String content = Files.readString(path);
    if (content.equals(contents.get(path))) return false;
    keys.put(path, KeyFile.parse(content));
    contents.put(path, content);
    return true;
  }

  private static String reason(Exception failure) {
    return failure instanceof IOException ? "cannot be read" : failure.getMessage();
  }
}
