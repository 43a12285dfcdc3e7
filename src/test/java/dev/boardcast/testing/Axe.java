package dev.boardcast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Checks the current state of a page for accessibility violations. */
public final class Axe {
  private static final String RUN =
      "axe.run().then(({violations}) => violations.map(({id, nodes}) => id + nodes[0].html))";
  private static final String SCRIPT = script();

  private Axe() {}

  /** Each violated rule, with its first element; {@code []} for none. */
  public static String violations(Page page) {
    if (!page.eval("Boolean(window.axe)").asBoolean()) page.eval(SCRIPT);
    return page.eval(RUN).toString();
  }

  private static String script() {
    try (var script = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
