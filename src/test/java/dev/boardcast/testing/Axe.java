package dev.boardcast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Looks for what hinders people in a page as it is now. */
public final class Axe {
  private static final String FOUND =
      "axe.run().then(({violations}) => violations.map(({id, nodes}) => id + nodes[0].html))";
  private static final String SCRIPT = script();

  private Axe() {}

  /** Each rule that is violated, with the first element; {@code []} when there is none. */
  public static String look(Page page) {
    if (!page.eval("Boolean(window.axe)").asBoolean()) page.eval(SCRIPT);
    return page.eval(FOUND).toString();
  }

  private static String script() {
    try (var script = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
