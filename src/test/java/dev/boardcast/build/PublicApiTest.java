package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.boardcast.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Guards the public API: the public types of the root package and of {@code spi}.
 *
 * <p>After an intended change, {@code mvn test -Dtest=PublicApiTest -Dapi.record} records the new
 * signatures.
 */
class PublicApiTest {
  private static final String ROOT = "dev.boardcast";
  private static final Path RECORDED = Path.of("src/test/resources/api/signatures.txt");
  private static final Path SERVICES = Path.of("src/main/resources/META-INF/services");
  private static final Pattern INTERNAL =
      Pattern.compile("dev\\.boardcast\\.(?!spi\\b)[a-z]\\w*(?:\\.\\w+)+");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(ROOT);
  }

  @Test
  void thePublicApiIsTheRecordedOne() throws IOException {
    List<String> now = signatures();
    if (System.getProperty("api.record") != null) {
      Files.createDirectories(RECORDED.getParent());
      Files.write(RECORDED, now);
    }
    List<String> recorded = Files.readAllLines(RECORDED);
    String difference = difference(recorded, now);
    if (!difference.isEmpty()) {
      report(
          "The public API differs from the recorded one (- recorded, + now):\n"
              + difference
              + "\nIf this is intended: mvn test -Dtest=PublicApiTest -Dapi.record");
    }
  }

  @Test
  void noSignatureOfThePublicApiNamesAnInternalType() {
    var internal = new TreeSet<String>();
    for (String line : withTypes(signatures())) {
      if (INTERNAL.matcher(line).find()) internal.add(line);
    }
    none(internal, "signatures of the public API name internal types");
  }

  @Test
  void everyOtherPublicTypeIsUsedByAnotherPackage() throws IOException {
    Set<String> entryPoints = entryPoints();
    var unused =
        classes.stream()
            .filter(type -> isPublic(type) && !isApi(type))
            .filter(type -> !entryPoints.contains(type.getName()))
            .filter(type -> !declaresSettings(type))
            .filter(type -> !isUsedElsewhere(type))
            .map(JavaClass::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    none(unused, "public types that no other package uses may be package-private");
  }

  @Test
  void aDifferenceIsShownBelowItsType() {
    List<String> recorded = List.of("class a.A", "  void one()", "  void two()", "class a.B");
    List<String> now = List.of("class a.A", "  void one()", "  void three()", "class a.B");
    assertEquals("  class a.A\n+   void three()\n-   void two()\n", difference(recorded, now));
  }

  private static void none(Set<String> found, String what) {
    if (!found.isEmpty()) report(found.size() + " " + what + ":\n" + String.join("\n", found));
  }

  private static void report(String finding) {
    fail(finding);
  }

  private static List<String> signatures() {
    return ApiSignatures.of(
        classes.stream().filter(type -> isApi(type) && isPublic(type)).map(JavaClass::reflect));
  }

  private static boolean isApi(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) || name.equals(ROOT + ".spi") || name.startsWith(ROOT + ".spi.");
  }

  /** Visible outside its package: public, and nested in public types only. */
  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(PublicApiTest::isPublic).orElse(true);
  }

  private static boolean isUsedElsewhere(JavaClass type) {
    // A type nested in an interface is public in any case.
    boolean ofInterface = type.getEnclosingClass().map(JavaClass::isInterface).orElse(false);
    return ofInterface
        || type.getDirectDependenciesToSelf().stream()
            .map(Dependency::getOriginClass)
            .anyMatch(user -> !user.getPackageName().equals(type.getPackageName()));
  }

  /** Such a record is created by reflection in another package. */
  private static boolean declaresSettings(JavaClass type) {
    Class<?> record = type.reflect();
    return record.isRecord()
        && Stream.of(record.getRecordComponents())
            .anyMatch(component -> component.isAnnotationPresent(Setting.class));
  }

  /** Types that a manifest or a {@code ServiceLoader} names. */
  private static Set<String> entryPoints() throws IOException {
    var names = new TreeSet<>(Set.of(ROOT + ".server.Main"));
    try (Stream<Path> files = Files.list(SERVICES)) {
      for (Path file : files.toList()) {
        Files.readAllLines(file).stream().map(String::strip).forEach(names::add);
      }
    }
    return names;
  }

  /** Members with their type in front, so that each line is complete. */
  private static List<String> withTypes(List<String> lines) {
    var result = new ArrayList<String>();
    String type = "";
    for (String line : lines) {
      if (line.startsWith(" ")) {
        result.add(type + ":" + line);
      } else {
        type = line.replaceFirst("<.*| (?:extends|implements) .*", "");
        result.add(line);
      }
    }
    return result;
  }

  /** Removed and added lines below the unchanged header of their type. */
  private static String difference(List<String> recorded, List<String> now) {
    var before = new TreeSet<>(withTypes(recorded));
    var after = new TreeSet<>(withTypes(now));
    var out = new StringBuilder();
    var all = new TreeSet<>(before);
    all.addAll(after);
    String shown = "";
    for (String line : all) {
      boolean kept = before.contains(line) && after.contains(line);
      if (kept) continue;
      String[] parts = line.split(":  ", 2);
      if (parts.length == 2 && !parts[0].equals(shown)) {
        shown = parts[0];
        out.append("  ").append(shown).append('\n');
      }
      String text = parts.length == 2 ? "  " + parts[1] : line;
      out.append(before.contains(line) ? "- " : "+ ").append(text).append('\n');
    }
    return out.toString();
  }
}
