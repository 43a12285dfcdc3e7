package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.spi.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoardFileReaderTest {
  @TempDir private Path directory;

  @Test
  void theExampleSaysWhatItsCommentsSay() throws IOException {
    BoardFile file = BoardFileText.example().in(directory);

    assertEquals("llm_spend", file.name());
    assertEquals(Optional.empty(), file.visibility());
    assertEquals(Duration.ofSeconds(2), file.refresh());
    assertEquals(Duration.ofMillis(500), file.timeout());
    assertEquals(50, file.maxRows());
    assertEquals(Optional.of(Duration.ofMinutes(1)), file.triggers().clock());
    assertEquals(Set.of("routing_decision"), file.facts());
    assertEquals(
        List.of("hour", "provider", "strategy"),
        List.copyOf(file.rollup().orElseThrow().keys().keySet()));
    assertEquals(8, file.metrics().size());
  }

  @Test
  void whatIsNotSaidIsByDefault() throws IOException {
    BoardFile file = BoardFileText.GOOD.with("title", "visibility: role:ops\ntitle").in(directory);

    assertEquals(Duration.ofSeconds(5), file.refresh());
    assertEquals(Duration.ofSeconds(1), file.timeout());
    assertEquals(100, file.maxRows());
    assertEquals(Optional.of(Visibility.parse("role:ops")), file.visibility());
    assertEquals(Optional.empty(), file.rollup());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "title: Spend | title: [Spend | 3: expected ',' or ']', but got :",
        "title: Spend | titel: Spend | 2: unknown key \"titel\", expected name, title,",
        "title: Spend | name: other | 2: \"name\" occurs twice",
        "title: Spend | refresh: 5s | 1: title is missing",
        "title: Spend | title: {a: b} | 2: title is a map, expected a value that is not blank",
        "title: Spend | title: | 2: title is \"\", expected a value that is not blank",
        "name: spend | name: Spend-1 | 1: name was \"Spend-1\", expected 1 to 40 of a-z",
        "title: | visibility: all¶title: | 2: visibility was \"all\", expected public,",
        "title: | refresh: 5¶title: | 2: refresh was \"5\", expected a time such as 500ms",
        "title: | refresh: 10ms¶title: | 2: refresh was \"10ms\", expected a time such as 500ms, 5s"
            + " or 1m, from 1s to 24h",
        "title: | timeout: 1m¶title: | 2: timeout was \"1m\", expected a time such as 500ms, 5s or"
            + " 1m, from 10ms to 10s",
        "title: | max_rows: 1001¶title: | 2: max_rows was \"1001\", expected a whole number from 1"
            + " to 1000",
        "facts: [routing_decision] | facts: [a.b] | 4: facts was \"a.b\", expected the name of a",
        "facts: [routing_decision] | clock: 1s | 4: clock was \"1s\", expected a time such as",
        "facts: [routing_decision] | tables: [a] | 4: unknown key \"tables\" in triggers",
        "triggers: | rollup: {facts: f, keys: {a: b}, sums: {}}¶triggers: | 3: expected at least"
            + " one name",
        "kind: share | kind: pie | 16: kind was \"pie\", expected gauge, counter or share",
        "by_provider.*: { | by.*.*: { | 16: a metric was \"by.*.*\", expected column, group.*",
        "cost: { | colour: red¶  cost: { | 15: colour is \"red\", expected keys with values",
      })
  void aMistakeIsReportedWithFileLineAndReason(
      String replaced, String replacement, String expectedMessage) throws IOException {
    Path file = BoardFileText.GOOD.with(replaced, replacement.replace("¶", "\n")).at(directory);

    String message =
        assertThrows(InvalidBoardFileException.class, () -> BoardFiles.read(directory))
            .getMessage();

    String expected = file + ":" + expectedMessage;
    assertEquals(expected, message.substring(0, Math.min(expected.length(), message.length())));
  }

  @Test
  void whatRefersToItselfOrIsNoTextIsRefused() throws IOException {
    for (String text :
        List.of("", "- a", "a: &a [*a]", "name: \u0001", "\tname: a", "a: b\n---\nc: d")) {
      Files.writeString(directory.resolve("board.yaml"), text);
      assertThrows(InvalidBoardFileException.class, () -> BoardFiles.read(directory), text);
    }
  }

  @Test
  void twoFilesOfOneNameAreNamedBoth() throws IOException {
    Files.writeString(directory.resolve("a.yaml"), BoardFileText.GOOD.text());
    Files.writeString(directory.resolve("b.yml"), BoardFileText.GOOD.text());

    String message =
        assertThrows(InvalidBoardFileException.class, () -> BoardFiles.read(directory))
            .getMessage();

    assertEquals(
        directory.resolve("b.yml")
            + ":1: name was \"spend\", expected a name other than that of "
            + directory.resolve("a.yaml")
            + ":1",
        message);
  }

  @Test
  void otherFilesAndNoDirectoryAreNoBoards() throws IOException {
    Files.writeString(directory.resolve("a.yaml.example"), "nothing: good");
    assertEquals(List.of(), BoardFiles.read(directory));
    assertEquals(List.of(), BoardFiles.read(directory.resolve("absent")));
    assertThrows(
        InvalidBoardFileException.class,
        () -> BoardFiles.read(directory.resolve("a.yaml.example")));
  }
}
