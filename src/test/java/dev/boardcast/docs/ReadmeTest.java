package dev.boardcast.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.server.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links, names, settings and examples in README and docs exist. */
class ReadmeTest {
  @TempDir Path directory;

  private static final Path SETTINGS = Docs.HOME.resolve("SETTINGS.md");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#([^)]+))?\\)");
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--([a-z][a-z-]+)");
  private static final Path DECISIONS = Docs.HOME.resolve("adr");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern TYPE =
      Pattern.compile("([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)(?:[.#(].*)?");
  private static final Pattern DECLARATION =
      Pattern.compile("\\b(?:class|interface|record|enum|@interface) ([A-Z]\\w*)");

  /** Names of this form that are not types of the project. */
  private static final Set<String> FOREIGN =
      Set.of("EventSource", "ServiceLoader", "TypeError", "WebSocket");

  private static final Pattern VARIABLE = Pattern.compile("BOARDCAST_[A-Z_]+");

  private static final List<String> COMMANDS =
      List.of(
          "token",
          "log-level",
          "recompute",
          "erase",
          "replay",
          "load",
          "faults",
          "config describe",
          "source install",
          "board types",
          "migrate",
          "doctor");
  private static final Set<String> OF_OTHERS =
      Set.of("json", "experimental-websocket", "build", "help");

  /** Settings of earlier releases. */
  private static final Set<String> REMOVED = Set.of("emitter-sweep");

  private static final Map<String, Path> SOURCES =
      Map.of(
          "example", Path.of("src/test/java/dev/boardcast"),
          "contract", Path.of("src/test/resources"),
          "resources", Path.of("src/test"));

  @Test
  void everyLinkLeadsSomewhere() {
    for (Path file : Docs.files()) {
      var links = LINK.matcher(Docs.text(file));
      while (links.find()) {
        Path home = file.toAbsolutePath().getParent();
        Path target = links.group(1).isEmpty() ? file : home.resolve(links.group(1)).normalize();
        assertTrue(Files.exists(target), file + " links to " + links.group(1));
        if (links.group(2) != null) {
          assertTrue(anchors(target).contains(links.group(2)), file + " links to " + links.group());
        }
      }
    }
  }

  @Test
  void everyExampleInJavaStandsInAFileThatIsCompiled() {
    for (Path file : Docs.files()) {
      for (var block : Docs.blocks(file)) {
        if (block.language().equals("java")) assertTrue(block.source().startsWith("example/"));
      }
    }
  }

  @Test
  void everyBlockThatNamesItsSourceIsTakenFromThere() {
    int checked = 0;
    for (Path file : Docs.files()) {
      for (var block : Docs.blocks(file)) {
        Path home = SOURCES.get(block.source().replaceFirst("/.*", ""));
        if (home == null) continue;
        String source = Docs.text(home.resolve(block.source()));
        assertTrue(
            flush(source).contains(flush(block.text())),
            () -> file + " quotes " + block.source() + " differently:\n" + block.text());
        checked++;
      }
    }
    assertTrue(checked > 20, "blocks with a source: " + checked);
  }

  @Test
  void everySettingThatIsNamedExists() {
    var settings = settings().keySet();
    var ofCommands = ofCommands();
    var ofComparison = flags(Docs.text(Path.of("src/bench/compare.py")));
    String ofScript = Docs.text(Path.of("src/main/sh/boardcast"));
    for (Path file : Docs.files()) {
      var flags = FLAG.matcher(Docs.text(file));
      while (flags.find()) {
        String name = flags.group(1);
        boolean known =
            settings.contains("--" + name)
                || ofCommands.contains(name)
                || OF_OTHERS.contains(name)
                || ofComparison.contains(name)
                || isHistory(file) && REMOVED.contains(name);
        assertTrue(known, file + " names --" + name);
      }
      var variables = VARIABLE.matcher(Docs.text(file));
      while (variables.find()) {
        String name = "--" + variables.group().substring(10).toLowerCase(Locale.ROOT);
        boolean known =
            settings.contains(name.replace('_', '-')) || ofScript.contains("{" + variables.group());
        assertTrue(known, file + " names " + variables.group());
      }
    }
  }

  /** Whether a page also names what earlier releases had. */
  private static boolean isHistory(Path file) {
    return file.endsWith("CHANGELOG.md") || file.endsWith("UPGRADE.md");
  }

  /** Flags in the help of the commands. */
  private static Set<String> ofCommands() {
    PrintStream before = System.out;
    var help = new ByteArrayOutputStream();
    System.setOut(new PrintStream(help, true, StandardCharsets.UTF_8));
    try {
      for (String command : COMMANDS) {
        Main.run(Clock.systemUTC(), (command + " --help").split(" "));
      }
    } finally {
      System.setOut(before);
    }
    return flags(help.toString(StandardCharsets.UTF_8));
  }

  private static Set<String> flags(String text) {
    return FLAG.matcher(text).results().map(flag -> flag.group(1)).collect(Collectors.toSet());
  }

  @Test
  void theMainSettingsAreAsTheGeneratedListHasThem() {
    var all = settings();
    var main = Docs.rows(Docs.GUIDE).stream().filter(ReadmeTest::isSetting).toList();
    assertTrue(main.size() > 10);
    for (List<String> row : main) {
      assertEquals(all.get(row.get(0)).subList(0, 3), row.subList(0, 3));
    }
  }

  private static boolean isSetting(List<String> row) {
    return row.get(0).matches("--[a-z].*") && row.size() == 4;
  }

  @Test
  void theCloseCodesAreThoseOfTheProduct() {
    var expected =
        Arrays.stream(CloseCode.values())
            .map(
                code ->
                    List.of(
                        Integer.toString(code.number()),
                        code.reason(),
                        code.reconnect().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
            .toList();
    var told =
        Docs.rows(Docs.HOME.resolve("PROTOCOL.md")).stream()
            .filter(row -> row.size() == 3 && row.get(0).matches("[14]\\d{3}"))
            .toList();
    assertEquals(expected, told);
  }

  @Test
  void everyDecisionHasItsNumberAndItsFourParts() throws IOException {
    try (var files = Files.list(DECISIONS)) {
      int number = 0;
      String index = Docs.text(DECISIONS.resolve("README.md"));
      for (Path file : files.filter(ReadmeTest::isDecision).sorted().toList()) {
        // Numbers of decisions that are being written may be missing.
        int before = number;
        number = Integer.parseInt(file.getFileName().toString().substring(0, 4));
        assertTrue(number > before, file.toString());
        assertTrue(index.contains("(" + file.getFileName() + ")"), "the index lacks " + file);
        String text = Docs.text(file);
        assertTrue(text.startsWith("# " + number + ". "), file.toString());
        var parts = Pattern.compile("^\\*\\*(.+?)\\.\\*\\* ", Pattern.MULTILINE).matcher(text);
        assertEquals(
            "Context, Decision, What we give up, How we would notice it was wrong",
            parts.results().map(part -> part.group(1)).collect(Collectors.joining(", ")),
            file.toString());
      }
      assertFalse(number == 0);
    }
  }

  private static boolean isDecision(Path file) {
    return !file.endsWith("README.md");
  }

  @Test
  void theReadmeIsShortAndHasOnePicture() {
    String text = Docs.text(Docs.README);
    int words = text.strip().split("\\s+").length;
    assertTrue(words <= 800, "words: " + words);
    assertEquals(1, Pattern.compile("!\\[").matcher(text).results().count());
  }

  @Test
  void everyTypeThatIsNamedExists() throws IOException {
    Set<String> types = types();
    var unknown = new TreeSet<String>();
    for (Path file : Docs.files()) {
      if (isHistory(file)) continue;
      var names = CODE.matcher(Docs.text(file).replaceAll("(?s)```.*?```", ""));
      while (names.find()) {
        var type = TYPE.matcher(names.group(1));
        if (type.matches() && !types.contains(type.group(1)) && !FOREIGN.contains(type.group(1))) {
          unknown.add(file + ": " + names.group(1));
        }
      }
    }
    assertEquals(Set.of(), unknown);
  }

  /** Simple names of all types of the project, nested ones included. */
  private static Set<String> types() throws IOException {
    var types = new TreeSet<String>();
    try (var files = Files.walk(Path.of("src"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        DECLARATION.matcher(Docs.text(file)).results().forEach(type -> types.add(type.group(1)));
      }
    }
    return types;
  }

  @Test
  void theTestCommandIsTheOneThatIsRunOnEachChange() {
    String command =
        Docs.blocks(Docs.README).stream()
            .map(Docs.Block::text)
            .filter(text -> text.contains("verify"))
            .findFirst()
            .orElseThrow();
    assertTrue(
        Docs.text(Path.of(".ci/run")).lines().anyMatch(command.replace("mvn", "mvn -B")::equals));
  }

  @Test
  void theJavaScriptIsJavaScript() throws IOException {
    assumeTrue(Scripts.runs("node", "--version"), "no node here");
    assertTrue(Scripts.runs("node", "--check", Scripts.file("watch.mjs", "js").toString()));
    for (Docs.Block block : Docs.blocks(Docs.GUIDE)) {
      if (!block.language().equals("js")) continue;
      Path file = Files.writeString(directory.resolve("block.mjs"), block.text());
      assertTrue(Scripts.runs("node", "--check", file.toString()), block.text());
    }
  }

  @Test
  void thePythonIsPython() throws IOException {
    String file = Scripts.file("watch.py", "python").toString();
    assumeTrue(Scripts.runs("python3", "--version"), "no python3 here");
    assertTrue(
        Scripts.runs("python3", "-c", "compile(open('" + file + "').read(), 'watch', 'exec')"));
  }

  /** By flag. */
  private static Map<String, List<String>> settings() {
    return Docs.rows(SETTINGS).stream()
        .filter(row -> row.get(0).matches("--[a-z].*"))
        .collect(Collectors.toMap(row -> row.get(0), row -> row));
  }

  private static Set<String> anchors(Path file) {
    var anchors = new TreeSet<String>();
    Docs.text(file)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .forEach(anchors::add);
    return anchors;
  }

  /** Without indentation, which differs in quotations. */
  private static String flush(String text) {
    return text.lines().map(String::stripLeading).collect(Collectors.joining("\n"));
  }
}
