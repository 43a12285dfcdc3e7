package dev.boardcast.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.engine.PartAccess.Outcome;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardParameter.Type;
import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which part of a board whose site is pinned, and whose shop is free, a viewer gets. */
class PartAccessTest {
  private static final List<BoardParameter> PARAMETERS =
      List.of(
          new BoardParameter("site", Type.INTEGER, Optional.of("site_id"), false),
          new BoardParameter("shop", Type.TEXT, Optional.empty(), false));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ann 7 | | sales?site=7",
        "ann 7 | site=7 | sales?site=7",
        "ann 7 | site=007 | sales?site=7",
        "ann 007 | | sales?site=7",
        "ann 7 | shop=a b | sales?shop=a%20b&site=7",
        "ann 7 | site=8 | forbidden",
        "ann 7 | site=x | site",
        "ann 7 | sites=7 | sites",
        "ann 7,8 | | site",
        "ann 7,8 | site=8 | sales?site=8",
        "ann 7,8 | site=9 | forbidden",
        "ann x | | forbidden",
        "ann x | site=7 | forbidden",
        "ann | | forbidden",
        "ann | site=7 | forbidden",
        "root | | sales",
        "root | site=7 | sales?site=7",
        "root [] | | forbidden",
        "root [] | site=7 | forbidden",
        "root 8 | | sales?site=8",
        "root 8 | site=7 | forbidden",
        "nobody | | token",
        "nobody | site=7 | token",
      })
  void aPinnedParameterIsNeverWidened(String who, String asked, String expected) {
    String[] words = who.split(" ");
    Map<String, String> given = new HashMap<>();
    if (asked != null) given.put(asked.split("=")[0], asked.split("=")[1]);
    Optional<Principal> viewer =
        words[0].equals("nobody")
            ? Optional.empty()
            : Optional.of(
                new Principal(
                    words[0],
                    Set.of(),
                    words[0].equals("root") ? Set.of(Principal.ADMIN) : Set.of(),
                    Instant.EPOCH,
                    Instant.MAX,
                    Optional.empty(),
                    Optional.empty(),
                    words.length == 1 ? Map.of() : Map.of("site_id", claimed(words[1]))));

    assertEquals(expected, said(PartAccess.resolve("sales", PARAMETERS, given, viewer)));
  }

  /** "[]" is a claim of a form that has no values. */
  private static Set<String> claimed(String values) {
    return values.equals("[]") ? Set.of() : Set.of(values.split(","));
  }

  private static String said(Outcome outcome) {
    if (outcome.part().isPresent()) return outcome.part().get().name();
    if (outcome instanceof Outcome.Invalid wrong) return wrong.parameter();
    return outcome instanceof Outcome.Forbidden ? "forbidden" : "token";
  }
}
