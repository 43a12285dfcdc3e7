package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names and comments use the words of the glossary and of the field. */
class LanguageTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final List<Path> SOURCES = List.of(MAIN, Path.of("src/test/java"));

  /** Names that types had before the field's terms replaced them. */
  private static final Set<String> FORMER_NAMES =
      words(
          """
          House Opened Administration Door Desk Conversation Vigil Wheel Mailbox Farewell Outlet
          VertxOutlet ChannelOutlet SseOutlet HeldOutlet Interests Place Below Shortcut Takeover
          Outside Lane Past Chores Turn Flushes Bundle Seats PathSeats Census Offer Identity Network
          Inbound EarlyBytes VertxBooks Sockets Control Tenure Pace Ticks Standing KnownSnapshots
          Copies Breaker Turns Drain Caller Deadline Tunnel UpgradeProxy Pump LocalTunnels Tunnels
          Backpressure Flags Values Edge NextMove RolledPast Tally Measures TaskIntake TaskPosts
          TaskEdits GivenText InForce Figures Bounds Departure AlertBook Presence Periods Company
          Neighbours Parts Launch LastWords Habit Manner Crowd Line Account Trial Mark Passes Advice
          Home Row Matrix
          """);

  private static final Set<String> FORMER_PACKAGES =
      words("board cli db event metric ops load.lab");

  /** Metaphors for code, and words that hide the subject of a sentence. */
  private static final Pattern PRIVATE_LANGUAGE =
      Pattern.compile(
          "\\b(houses?|rooms?|doors?|desks?|neighbou?rs?|neighbouring|guests?|vigils?|farewells?"
              + "|strangers?|whoever|anew|heard|hears"
              + "|says so|say so|goodbyes?|takes? leave)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern COMMENT =
      Pattern.compile("/\\*.*?\\*/|(?<![:\"])//[^\n]*", Pattern.DOTALL);
  private static final Pattern STRING = Pattern.compile("\"(?:\\\\.|[^\"\\\\\n])*\"");

  @Test
  void noTypeOrFileHasAFormerName() throws IOException {
    var found = new TreeSet<String>();
    for (Path file : sources()) {
      String name = file.getFileName().toString().replace(".java", "");
      if (FORMER_NAMES.contains(name)) found.add(file.toString());
    }
    none(found, "types with a former name");
  }

  @Test
  void noPackageHasAFormerName() throws IOException {
    var found = new TreeSet<String>();
    for (Path file : sources()) {
      Path inside = file.subpath(5, file.getNameCount()).getParent();
      if (inside == null) continue;
      String name = inside.toString().replace('/', '.');
      if (FORMER_PACKAGES.stream().anyMatch(old -> (name + ".").startsWith(old + "."))) {
        found.add(name);
      }
    }
    none(found, "packages with a former name");
  }

  @Test
  void noPoolHasAFormerName() throws IOException {
    var found = new TreeSet<String>();
    for (Path file : sources()) {
      if (!file.startsWith(MAIN)) continue;
      if (Files.readString(file).contains("\"guests\"")) found.add(file.toString());
    }
    none(found, "pools with a former name");
  }

  @Test
  void commentsUseTheTermsOfTheField() throws IOException {
    var found = new ArrayList<String>();
    for (Path file : sources()) {
      if (!file.startsWith(MAIN)) continue;
      for (String comment : comments(Files.readString(file))) {
        PRIVATE_LANGUAGE
            .matcher(comment)
            .results()
            .map(MatchResult::group)
            .forEach(
                word -> found.add(word.toLowerCase(Locale.ROOT) + ": " + MAIN.relativize(file)));
      }
    }
    none(found, "words in comments that the field does not use");
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

  private static List<Path> sources() throws IOException {
    var sources = new ArrayList<Path>();
    for (Path root : SOURCES) {
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
      }
    }
    return sources;
  }

  private static void none(Collection<String> found, String what) {
    if (found.isEmpty()) return;
    String finding = found.size() + " " + what + ":\n" + String.join("\n", new TreeSet<>(found));
    fail(finding);
  }

  private static Set<String> words(String text) {
    return new TreeSet<>(Arrays.asList(text.strip().split("\\s+")));
  }
}
