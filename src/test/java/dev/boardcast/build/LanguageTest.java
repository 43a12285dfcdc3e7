package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Comments and published texts use the words of the glossary and of the field. */
class LanguageTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final Path RESOURCES = Path.of("src/main/resources/dev/boardcast");

  /** The comments of migrations are part of the checksums that databases have. */
  private static final Path MIGRATIONS = RESOURCES.resolve("migration");

  private static final Path TESTS = Path.of("src/test/java");
  private static final List<Path> DOCS =
      List.of(Path.of("README.md"), Path.of("src/docs"), Path.of(".github"));
  private static final Pattern QUOTED = Pattern.compile("(?s)```.*?```|`[^`\n]*`");

  private static final Pattern CODE = Pattern.compile(".*\\.(java|js|css)");

  /** Metaphors for code, and words that hide the subject of a sentence. */
  private static final Pattern PRIVATE_LANGUAGE =
      Pattern.compile(
          "\\b(houses?|rooms?|doors?|desks?|neighbou?rs?|neighbouring|guests?|vigils?|farewells?"
              + "|strangers?|whoever|anew|hear|heard|hears"
              + "|says so|say so|goodbyes?|takes? leave)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern COMMENT =
      Pattern.compile("/\\*.*?\\*/|(?<![:\"])//[^\n]*", Pattern.DOTALL);
  private static final Pattern STRING = Pattern.compile("\"(?:\\\\.|[^\"\\\\\n])*\"");

  @Test
  void commentsUseTheTermsOfTheField() throws IOException {
    none(privateWords(MAIN), "words in comments that the field does not use");
    none(privateWords(TESTS), "words in comments of tests that the field does not use");
  }

  @Test
  void pagesClientAndApiDescriptionsUseTheTermsOfTheField() throws IOException {
    none(privateWords(RESOURCES), "words in published texts that the field does not use");
  }

  @Test
  void docsUseTheTermsOfTheField() throws IOException {
    var found = new ArrayList<String>();
    for (Path each : DOCS) found.addAll(privateWords(each));
    none(found, "words in docs that the field does not use");
  }

  @Test
  void commentsAreFoundAndStringsAreNot() {
    assertEquals(
        List.of("/** One. */", "// two"), comments("/** One. */ a = \"http://x // y\"; // two\n"));
  }

  private static List<String> comments(String source) {
    String code = STRING.matcher(source).replaceAll("\"\"");
    return COMMENT.matcher(code).results().map(MatchResult::group).toList();
  }

  private static List<String> privateWords(Path root) throws IOException {
    var found = new ArrayList<String>();
    for (Path file : files(root)) {
      if (file.toString().endsWith(".webp")) continue;
      String text = Files.readString(file);
      boolean isCode = CODE.matcher(file.toString()).matches();
      for (String each : isCode ? comments(text) : List.of(QUOTED.matcher(text).replaceAll(""))) {
        PRIVATE_LANGUAGE
            .matcher(each)
            .results()
            .map(MatchResult::group)
            .forEach(word -> found.add(word.toLowerCase(Locale.ROOT) + ": " + file));
      }
    }
    return found;
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      var found =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.startsWith(MIGRATIONS))
              .sorted()
              .toList();
      assertFalse(found.isEmpty());
      return found;
    }
  }

  private static void none(Collection<String> found, String what) {
    if (found.isEmpty()) return;
    String finding = found.size() + " " + what + ":\n" + String.join("\n", new TreeSet<>(found));
    fail(finding);
  }
}
