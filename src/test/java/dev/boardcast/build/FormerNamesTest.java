package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boards;
import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.server.settings.EffectiveSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No type, package, file, pool or setting has a name that the field's terms replaced. */
class FormerNamesTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final List<Path> FILES = List.of(Path.of("src"), Path.of("conf"), Path.of(".ci"));
  private static final Pattern DECLARATION =
      Pattern.compile(
          "^\\s*[\\w@ ]*\\b(?:class|interface|record|enum) ([A-Z]\\w*)", Pattern.MULTILINE);

  @Test
  void noFileHasAFormerName() throws IOException {
    var found = new TreeSet<String>();
    for (Path file : files("")) {
      // Helm gives the files of a chart their names.
      if (file.startsWith("src/main/helm")) continue;
      if (FormerNames.has(file.getFileName().toString().replaceFirst("\\..*", ""))) {
        found.add(file.toString());
      }
    }
    assertEquals(Set.of(), found);
  }

  @Test
  void noTypeHasAFormerName() throws IOException {
    var found = new TreeSet<String>();
    int types = 0;
    for (Path file : files("")) {
      if (!file.toString().matches(".*\\.(java|js)")) continue;
      var names =
          DECLARATION.matcher(Files.readString(file)).results().map(match -> match.group(1));
      for (String name : names.toList()) {
        types++;
        if (FormerNames.TYPES.contains(name)) found.add(name + " in " + file);
      }
    }
    assertEquals(Set.of(), found);
    assertTrue(types > 900, "types: " + types);
  }

  @Test
  void noPackageHasAFormerName() throws IOException {
    var found = new TreeSet<String>();
    for (Path file : files(".java")) {
      // A program in one file has no package.
      if (file.startsWith("src/bench")) continue;
      Path inside = file.subpath(5, file.getNameCount()).getParent();
      if (inside == null) continue;
      String name = inside.toString().replace('/', '.');
      if (FormerNames.PACKAGES.stream().anyMatch(old -> (name + ".").startsWith(old + "."))) {
        found.add(name);
      }
    }
    assertEquals(Set.of(), found);
  }

  @Test
  void noPoolHasAFormerName() throws IOException {
    var pool = Pattern.compile("\\b[Pp]ool\\w*\\([^;]*?\"(\\w+)\"");
    var found = new TreeSet<String>();
    for (Path file : files(".java")) {
      if (!file.startsWith(MAIN)) continue;
      pool.matcher(Files.readString(file))
          .results()
          .map(match -> match.group(1))
          .filter(FormerNames.POOLS::contains)
          .forEach(name -> found.add(name + " in " + file));
    }
    assertEquals(Set.of(), found);
  }

  @Test
  void noSettingHasAFormerName() {
    var catalog = EffectiveSettings.catalog(Boards.found());
    var keys = catalog.settings().stream().map(SettingDeclaration::key).toList();
    assertEquals(List.of(), keys.stream().filter(FormerNames::in).toList());
    assertTrue(keys.size() > 80, "settings: " + keys.size());
  }

  @Test
  void aFormerNameIsFoundInAKey() {
    assertTrue(FormerNames.in("gateway-seats"));
    assertTrue(FormerNames.in("boardcast.server.last.words"));
    assertTrue(FormerNames.in("emitter_pace_millis"));
    assertFalse(FormerNames.in("gateway-drain"));
    assertFalse(FormerNames.in("gateway-max-sessions"));
  }

  private static List<Path> files(String ending) throws IOException {
    var files = new ArrayList<Path>();
    for (Path root : FILES) {
      try (Stream<Path> all = Files.walk(root)) {
        all.filter(Files::isRegularFile)
            .filter(file -> file.toString().endsWith(ending))
            .sorted()
            .forEach(files::add);
      }
    }
    return files;
  }
}
