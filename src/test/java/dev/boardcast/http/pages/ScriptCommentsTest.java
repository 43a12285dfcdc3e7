package dev.boardcast.http.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ScriptCommentsTest {
  @Test
  void linesOfCommentsAndIndentationAreRemoved() {
    String module =
        """
        // What it is for.

        /** What it returns. */
        export const half = (x) => x / 2; // and not more
        /*
         * Several
         * lines. */
        function add(a, b) {
          // first
          return `${a} // ${b}`;
        }
        """;
    assertEquals(
        """
        export const half = (x) => x / 2; // and not more
        function add(a, b) {
        return `${a} // ${b}`;
        }
        """,
        ScriptComments.remove(module));
  }
}
